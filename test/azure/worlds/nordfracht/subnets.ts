import { ids } from "../ids.ts";

/** Subnets that nodes and endpoints are in, by what they are for. */
export const subnets = {
  hubEndpoints: subnet(ids.subscriptions.platformProd, "vnet-hub", "snet-endpoints"),
  appsEndpoints: subnet(ids.subscriptions.appsProd, "vnet-apps", "snet-endpoints"),
  telematics: subnet(ids.subscriptions.appsProd, "vnet-telematics", "snet-nodes"),
  warehouse: subnet(ids.subscriptions.appsProd, "vnet-warehouse", "snet-nodes"),
} as const;

function subnet(subscriptionId: string, network: string, name: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/${network}/subnets/${name}`;
}
