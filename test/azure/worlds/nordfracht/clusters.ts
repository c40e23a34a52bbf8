import { ids } from "../ids.ts";
import { type ManagedClusterOptions, managedClusterBody } from "../managed-cluster.ts";
import { subnets } from "./subnets.ts";

const { tenantId } = ids;

/** The 8 AKS clusters of Nordfracht, each of which pulls in its own way. */
export const clusters = [
  // Healthy: AKS made the kubelet identity, and it holds AcrPull on its registry. `changedWorld` takes the grant away.
  production("tracking", { nodes: 12, tags: { env: "prod", "acraudit-registries": "nftracking" } }),
  // Healthy: a pre-created kubelet identity holds AcrPull on a registry of another subscription.
  production("telematics", {
    kubeletIdentityId: ids.identities.telematicsKubelet,
    controlPlaneIdentityId: ids.identities.telematicsControlPlane,
    subnetId: subnets.telematics,
    nodes: 6,
    tags: { env: "prod", "acraudit-registries": "nfplatform" },
  }),
  // Pulls with a service principal, whose only secret ends in 12 days.
  production("terminal", {
    servicePrincipalClientId: ids.servicePrincipals.terminalCluster.appId,
    kubernetesVersion: "1.31",
    nodes: 4,
    tags: { env: "prod", "acraudit-registries": "nfdispatch" },
  }),
  // Broken: says that it needs a registry, but its kubelet has no grant anywhere. `changedWorld` gives it one.
  production("dispatch", { tags: { env: "prod", "acraudit-registries": "nfdispatch" } }),
  // Broken: AcrPull sits on the control-plane identity, which does not pull.
  production("billing", { tags: { env: "prod", "acraudit-registries": "nfbilling" } }),
  // Broken: AcrPull on a registry in ABAC mode, which ignores it.
  production("customs", { tags: { env: "prod", "acraudit-registries": "nfcustoms", dataClass: "confidential" } }),
  // May pull by a grant inherited from a management group, but its network is not linked to the private zone.
  production("warehouse", {
    nodes: 5,
    subnetId: subnets.warehouse,
    tags: { env: "prod", "acraudit-registries": "nfwarehouse" },
  }),
  // Healthy: AcrPull comes through a group in a group.
  managedClusterBody({
    subscriptionId: ids.subscriptions.appsDev,
    resourceGroup: "rg-portal",
    name: "aks-portal",
    tenantId,
    tier: "Free",
    nodes: 1,
    vmSize: "Standard_D2ds_v5",
    tags: { env: "dev", "acraudit-registries": "nfdev" },
  }),
];

function production(name: string, options: Partial<ManagedClusterOptions>) {
  return managedClusterBody({
    subscriptionId: ids.subscriptions.appsProd,
    resourceGroup: `rg-${name}`,
    name: `aks-${name}`,
    tenantId,
    ...options,
  });
}
