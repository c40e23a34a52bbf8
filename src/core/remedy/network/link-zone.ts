import type { Template } from "../remedy.ts";
import { existingZone } from "./existing-zone.ts";

/** The link of a zone to the network that the workload stands in; `after` names what has to be there before it. */
export function linkBicep(after?: string): string {
  return `resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = {
  parent: zone
  name: '<linkName>'
  location: 'global'
  properties: {
    registrationEnabled: false
    virtualNetwork: { id: '<networkId>' }
  }
${after === undefined ? "" : `  dependsOn: [${after}]\n`}}`;
}

export const linkZone = {
  text: "Link the private zone to the network that the workload stands in, so that it resolves the registry to its private endpoint.",
  cli: "az network private-dns link vnet create --subscription <zoneSubscription> --resource-group <zoneGroup> --zone-name <zoneName> --name <linkName> --virtual-network <networkId> --registration-enabled false",
  bicep: `${existingZone}

${linkBicep()}`,
} as const satisfies Template;
