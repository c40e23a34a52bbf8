import { guid } from "./guid.ts";
import { resourceBody } from "./resource.ts";

/** A virtual network with its subnets by name, each by its range or with more. */
export function virtualNetworkBody({ subnets, addressPrefix, dnsServers = [], ...network }: VirtualNetworkOptions) {
  const type = "Microsoft.Network/virtualNetworks";
  const { id } = resourceBody({ ...network, type });
  return resourceBody({
    ...network,
    type,
    properties: {
      resourceGuid: guid(`guid of ${id}`),
      addressSpace: { addressPrefixes: [addressPrefix] },
      ...(dnsServers.length > 0 && { dhcpOptions: { dnsServers } }),
      subnets: Object.entries(subnets).map(([name, subnet]) => ({
        name,
        id: `${id}/subnets/${name}`,
        type: "Microsoft.Network/virtualNetworks/subnets",
        properties: {
          provisioningState: "Succeeded",
          addressPrefix: typeof subnet === "string" ? subnet : subnet.addressPrefix,
          ...(typeof subnet !== "string" &&
            subnet.serviceEndpoints && {
              serviceEndpoints: subnet.serviceEndpoints.map((service) => ({
                provisioningState: "Succeeded",
                service,
                locations: ["*"],
              })),
            }),
          ...(typeof subnet !== "string" &&
            subnet.ipConfigurationIds && { ipConfigurations: subnet.ipConfigurationIds.map((id) => ({ id })) }),
          ...(typeof subnet !== "string" && subnet.natGatewayId && { natGateway: { id: subnet.natGatewayId } }),
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
  /** The customer's own; the DNS of Azure answers without them. */
  readonly dnsServers?: readonly string[];
  readonly subnets: Readonly<Record<string, string | SubnetOptions>>;
}

interface SubnetOptions {
  readonly addressPrefix: string;
  readonly serviceEndpoints?: readonly string[];
  readonly natGatewayId?: string;
  /** Of network interfaces that have an address in it. */
  readonly ipConfigurationIds?: readonly string[];
}
