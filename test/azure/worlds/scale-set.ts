import { guid } from "./guid.ts";
import { resourceBody } from "./resource.ts";
import { workloadIdentity } from "./workload-identity.ts";

/** The scale set that AKS makes for a node pool in the cluster's node resource group. */
export function scaleSetBody({ cluster, pool, identityIds }: ScaleSetOptions) {
  const place = {
    subscriptionId: cluster.id.split("/")[2] ?? "",
    resourceGroup: cluster.properties.nodeResourceGroup,
    type: "Microsoft.Compute/virtualMachineScaleSets",
    name: `aks-${pool}-${guid(`${pool} of ${cluster.id}`).slice(0, 8)}-vmss`,
  };
  const { id } = resourceBody(place);
  return resourceBody({
    ...place,
    tags: { "aks-managed-poolName": pool },
    ...workloadIdentity(id, false, identityIds),
    properties: { singlePlacementGroup: false, orchestrationMode: "Uniform", overprovision: false },
  });
}

export interface ScaleSetOptions {
  readonly cluster: { readonly id: string; readonly properties: { readonly nodeResourceGroup: string } };
  readonly pool: string;
  readonly identityIds: readonly string[];
}
