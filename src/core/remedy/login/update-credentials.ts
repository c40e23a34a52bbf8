import type { Template } from "../remedy.ts";

/**
 * Gives a cluster the secret of a service principal. Moving it to managed identities would not end the fault by itself:
 * its nodes go on with the principal until they are upgraded.
 * https://learn.microsoft.com/azure/aks/update-credentials
 * https://learn.microsoft.com/azure/aks/use-managed-identity
 */
export function updateCredentials(clientId: string, text: string): Template {
  return {
    text: `${text} Managed identities have no secret that ends: after az aks update --enable-managed-identity the nodes use one once every pool is upgraded (az aks nodepool upgrade --node-image-only).`,
    cli: `az aks update-credentials --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> --reset-service-principal --service-principal ${clientId} --client-secret NEW_SECRET`,
    bicep: `// a secret is reset by a call, not by a template; this moves the cluster to managed identities,
// which its nodes use once every pool is upgraded
resource cluster 'Microsoft.ContainerService/managedClusters@2025-05-01' = {
  name: '<puller>'
  identity: { type: 'SystemAssigned' }
  // … as it is, with servicePrincipalProfile.clientId 'msi'
}`,
  };
}
