import { evidenceList } from "../evidence-list.ts";
import type { RemedyInput, Template } from "../remedy.ts";

export function upgradeNodeImages({ facts }: RemedyInput): Template {
  const pools = evidenceList(facts.oldPools);
  const [pool] = pools;
  const place = "--subscription <pullerSubscription> --resource-group <pullerGroup>";
  return {
    text: "Upgrade the node images of <oldPools>: from March 2025 on they ask for tokens made for registries, and the registry stays as it is.",
    cli:
      pools.length === 1
        ? `az aks nodepool upgrade ${place} --cluster-name <puller> --name <pool> --node-image-only --yes`
        : `az aks upgrade ${place} --name <puller> --node-image-only --yes`,
    bicep: `resource cluster 'Microsoft.ContainerService/managedClusters@2025-05-01' = {
  name: '<puller>'
  // … as it is; this channel upgrades node images in the maintenance window, the command does it now
  properties: {
    autoUpgradeProfile: { nodeOSUpgradeChannel: 'NodeImage' }
  }
}`,
    ...(pool !== undefined && { evidence: { pool } }),
  };
}
