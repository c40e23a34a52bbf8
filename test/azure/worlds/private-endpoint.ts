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
        { id: id.replace("/privateEndpoints/", "/networkInterfaces/").replace(/[^/]+$/, interfaceName(endpoint)) },
      ],
      customDnsConfigs: Object.entries(addresses).map(([fqdn, address]) => ({ fqdn, ipAddresses: [address] })),
    },
  });
}

/** The network interface of a private endpoint, which knows its addresses even where a zone group keeps the records. */
export function privateEndpointInterfaceBody({ registryId, subnetId, addresses, ...endpoint }: PrivateEndpointOptions) {
  const { id: endpointId } = resourceBody({ ...endpoint, type: "Microsoft.Network/privateEndpoints" });
  const type = "Microsoft.Network/networkInterfaces";
  const name = interfaceName(endpoint);
  const { id } = resourceBody({ ...endpoint, name, type });
  return resourceBody({
    subscriptionId: endpoint.subscriptionId,
    resourceGroup: endpoint.resourceGroup,
    location: endpoint.location ?? "westeurope",
    name,
    type,
    properties: {
      resourceGuid: guid(`guid of ${id}`),
      privateEndpoint: { id: endpointId },
      ipConfigurations: Object.entries(addresses).map(([fqdn, address], index) => ({
        name: `privateEndpointIpConfig.${guid(`${id} ${fqdn}`)}`,
        id: `${id}/ipConfigurations/privateEndpointIpConfig.${guid(`${id} ${fqdn}`)}`,
        type: "Microsoft.Network/networkInterfaces/ipConfigurations",
        properties: {
          provisioningState: "Succeeded",
          privateIPAddress: address,
          privateIPAllocationMethod: "Dynamic",
          subnet: { id: subnetId },
          primary: index === 0,
          privateIPAddressVersion: "IPv4",
          privateLinkConnectionProperties: {
            groupId: "registry",
            requiredMemberName: memberOf(fqdn),
            fqdns: [fqdn],
          },
        },
      })),
      dnsSettings: { dnsServers: [], appliedDnsServers: [] },
      enableAcceleratedNetworking: false,
      enableIPForwarding: false,
      nicType: "Standard",
    },
  });
}

function interfaceName({
  name,
  subscriptionId,
  resourceGroup,
}: Pick<PrivateEndpointOptions, "name" | "subscriptionId" | "resourceGroup">) {
  return `${name}.nic.${guid(`nic of ${name} in ${subscriptionId} ${resourceGroup}`)}`;
}

/** `registry_data_westeurope` for `contoso.westeurope.data.azurecr.io`. */
function memberOf(fqdn: string): string {
  const region = /^[^.]+\.([^.]+)\.data\./.exec(fqdn)?.[1];
  return region === undefined ? "registry" : `registry_data_${region}`;
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
