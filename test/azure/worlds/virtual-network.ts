import { guid } from "./guid.ts";
import { resourceBody } from "./resource.ts";

/** A virtual network with its subnets by name. */
export function virtualNetworkBody({ subnets, addressPrefix, ...network }: VirtualNetworkOptions) {
  const type = "Microsoft.Network/virtualNetworks";
  const { id } = resourceBody({ ...network, type });
  return resourceBody({
    ...network,
    type,
    properties: {
      resourceGuid: guid(`guid of ${id}`),
      addressSpace: { addressPrefixes: [addressPrefix] },
      subnets: Object.entries(subnets).map(([name, prefix]) => ({
        name,
        id: `${id}/subnets/${name}`,
        type: "Microsoft.Network/virtualNetworks/subnets",
        properties: {
          provisioningState: "Succeeded",
          addressPrefix: prefix,
          delegations: [],
          privateEndpointNetworkPolicies: "Disabled",
          privateLinkServiceNetworkPolicies: "Enabled",
        },
      })),
      virtualNetworkPeerings: [],
      enableDdosProtection: false,
    },
  });
}

export interface VirtualNetworkOptions {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly location?: string;
  readonly addressPrefix: string;
  readonly subnets: Readonly<Record<string, string>>;
}
