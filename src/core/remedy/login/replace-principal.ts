import type { RemedyInput, Template } from "../remedy.ts";
import { logInWithIdentity } from "./log-in-with-identity.ts";

/** A service principal that cannot log in any more gives way to a managed identity. */
export function replacePrincipal(input: RemedyInput): Template | undefined {
  return input.puller.kind === "aks" ? moveCluster : logInWithIdentity(input);
}

const moveCluster: Template = {
  text: "Move the cluster to managed identities, which have no secret that ends, and attach its registries again; until then reset the service principal <clientId>.",
  cli: "az aks update --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> --enable-managed-identity",
  bicep: `resource cluster 'Microsoft.ContainerService/managedClusters@2025-05-01' = {
  name: '<puller>'
  identity: { type: 'SystemAssigned' }
  // … as it is, with servicePrincipalProfile.clientId 'msi'
}`,
};
