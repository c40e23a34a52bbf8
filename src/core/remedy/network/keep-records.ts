import { isApproved } from "../../network/registry-network.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { connectionsOf } from "./connections-of.ts";
import { createEndpoint } from "./create-endpoint.ts";

/** Only an approved endpoint can keep records; where there is none, another has to be made. */
export function keepRecords(input: RemedyInput): Template {
  return connectionsOf(input.need.network).some(isApproved) ? keep : createEndpoint(input);
}

export const zoneGroupBicep = `resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-10-01' = {
  name: '<endpoint>/default'
  properties: {
    privateDnsZoneConfigs: [{ name: 'registry', properties: { privateDnsZoneId: zone.id } }]
  }
}`;

export const keep = {
  text: "Let a zone group of the approved endpoint keep the records of the private zone, or correct them by hand.",
  cli: "az network private-endpoint dns-zone-group create --subscription <endpointSubscription> --resource-group <endpointGroup> --endpoint-name <endpoint> --name default --private-dns-zone <zoneId> --zone-name registry",
  bicep: `resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' existing = {
  name: '<zoneName>'
  scope: resourceGroup('<zoneSubscription>', '<zoneGroup>')
}

${zoneGroupBicep}`,
} as const satisfies Template;
