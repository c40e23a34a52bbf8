import type { Template } from "../remedy.ts";

/** The link of a zone to the network that the workload stands in. */
export const linkBicep = `resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = {
  parent: zone
  name: '<linkName>'
  location: 'global'
  properties: {
    registrationEnabled: false
    virtualNetwork: { id: '<networkId>' }
  }
}`;

export const linkZone = {
  text: "Link the private zone to the network that the workload stands in, so that it resolves the registry to its private endpoint.",
  cli: "az network private-dns link vnet create --subscription <zoneSubscription> --resource-group <zoneGroup> --zone-name <zoneName> --name <linkName> --virtual-network <networkId> --registration-enabled false",
  bicep: `resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' existing = {
  name: '<zoneName>'
}

${linkBicep}`,
} as const satisfies Template;
