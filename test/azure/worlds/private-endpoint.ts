import { guid } from "./guid.ts";
import { resourceBody } from "./resource.ts";

/** A private endpoint to a registry, with one address for the registry and one for each data endpoint. */
export function privateEndpointBody({ registryId, subnetId, addresses, status, ...endpoint }: PrivateEndpointOptions) {
  const type = "Microsoft.Network/privateEndpoints";
  const { id } = resourceBody({ ...endpoint, type });
  return resourceBody({
    ...endpoint,
    type,
    properties: {
      resourceGuid: guid(`guid of ${id}`),
      privateLinkServiceConnections: [
        {
          name: endpoint.name,
          id: `${id}/privateLinkServiceConnections/${endpoint.name}`,
          type: "Microsoft.Network/privateEndpoints/privateLinkServiceConnections",
          properties: {
            provisioningState: "Succeeded",
            privateLinkServiceId: registryId,
            groupIds: ["registry"],
            privateLinkServiceConnectionState: {
              status: status ?? "Approved",
              description: "",
              actionsRequired: "None",
            },
          },
        },
      ],
      manualPrivateLinkServiceConnections: [],
      customNetworkInterfaceName: "",
      subnet: { id: subnetId },
      ipConfigurations: [],
      networkInterfaces: [
        { id: id.replace("/privateEndpoints/", "/networkInterfaces/").concat(".nic.", guid(`nic of ${id}`)) },
      ],
      customDnsConfigs: Object.entries(addresses).map(([fqdn, address]) => ({ fqdn, ipAddresses: [address] })),
    },
  });
}

export interface PrivateEndpointOptions {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly location?: string;
  readonly registryId: string;
  readonly subnetId: string;
  /** Private addresses by host name. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly status?: "Approved" | "Pending" | "Rejected" | "Disconnected";
}
