import { guid } from "./guid.ts";
import { resourceBody } from "./resource.ts";

/** A private DNS zone. Its records are children, which Resource Graph does not list. */
export function privateDnsZoneBody({ subscriptionId, resourceGroup, name }: PrivateDnsZoneOptions) {
  const type = "Microsoft.Network/privateDnsZones";
  const body = resourceBody({ subscriptionId, resourceGroup, name, type, location: "global" });
  return {
    ...body,
    etag: guid(`etag of ${body.id}`),
    properties: {
      ...body.properties,
      internalId: guid(`internal id of ${body.id}`),
      maxNumberOfRecordSets: 25000,
      maxNumberOfVirtualNetworkLinks: 1000,
      maxNumberOfVirtualNetworkLinksWithRegistration: 100,
    },
  };
}

export interface PrivateDnsZoneOptions {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
}

/** A zone's link to a virtual network, which Resource Graph lists as a resource of its own. */
export function virtualNetworkLinkBody({
  zoneId,
  networkId,
  name = `link-${networkId.split("/").at(-1)}`,
  resolutionPolicy = "Default",
}: VirtualNetworkLinkOptions) {
  return {
    id: `${zoneId}/virtualNetworkLinks/${name}`,
    name,
    type: "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
    location: "global",
    tags: {},
    properties: {
      provisioningState: "Succeeded",
      registrationEnabled: false,
      resolutionPolicy,
      virtualNetwork: { id: networkId },
      virtualNetworkLinkState: "Completed",
    },
  };
}

export interface VirtualNetworkLinkOptions {
  readonly zoneId: string;
  readonly networkId: string;
  readonly name?: string;
  /** `NxDomainRedirect` looks names up publicly that the zone does not have. */
  readonly resolutionPolicy?: "Default" | "NxDomainRedirect";
}

/** A record set of addresses in a private zone. */
export function addressRecordBody({ zoneId, name, addresses }: AddressRecordOptions) {
  return {
    id: `${zoneId}/A/${name}`,
    name,
    type: "Microsoft.Network/privateDnsZones/A",
    etag: guid(`etag of ${zoneId}/A/${name}`),
    properties: {
      fqdn: `${name}.${zoneId.split("/").at(-1)}.`,
      ttl: 10,
      isAutoRegistered: false,
      aRecords: addresses.map((ipv4Address) => ({ ipv4Address })),
    },
  };
}

export interface AddressRecordOptions {
  readonly zoneId: string;
  readonly name: string;
  readonly addresses: readonly string[];
}
