import type { Template } from "../remedy.ts";

export const reconcileCluster: Template = {
  text: "Have AKS reconcile the cluster, which puts the kubelet identity back on its scale sets.",
  cli: "az aks update --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> --yes",
  bicep: `resource cluster 'Microsoft.ContainerService/managedClusters@2025-05-01' = {
  name: '<puller>'
  // … as it is: deploying it again reconciles the scale sets
}`,
};
