import { zoneNameOf } from "../../network/host-names.ts";
import { isApproved } from "../../network/registry-network.ts";
import { parseResourceId, sameId } from "../../resource-id.ts";
import { evidenceList } from "../evidence-list.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { connectionsOf } from "./connections-of.ts";
import { createEndpoint } from "./create-endpoint.ts";
import { writeRecord } from "./write-record.ts";

/**
 * Only an approved endpoint can keep records; where there is none, another has to be made. An endpoint has one zone group,
 * and one that it is given replaces it: where it may keep another zone already, and in zones that it writes other names
 * into, the records are written by hand.
 * https://learn.microsoft.com/azure/private-link/private-endpoint-dns-integration
 */
export function keepRecords(input: RemedyInput): Template {
  const { network } = input.need;
  if (!connectionsOf(network).some(isApproved)) return createEndpoint(input);
  const keepsNone = network.keptZones?.known === true && network.keptZones.value.length === 0;
  const zone = parseResourceId(evidenceList(input.facts.zoneIds)[0] ?? "");
  return keepsNone && zone && sameId(zone.name, zoneNameOf(input.registry.loginServer)) ? keep : writeRecord(input);
}

export const zoneGroupBicep = `resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-10-01' = {
  name: '<endpoint>/default'
  properties: {
    privateDnsZoneConfigs: [{ name: 'registry', properties: { privateDnsZoneId: zone.id } }]
  }
}`;

export const keep = {
  text: "Let a zone group of the approved endpoint, which has none, keep the records of the private zone.",
  cli: "az network private-endpoint dns-zone-group create --subscription <endpointSubscription> --resource-group <endpointGroup> --endpoint-name <endpoint> --name default --private-dns-zone <zoneId> --zone-name registry",
  bicep: `resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' existing = {
  name: '<zoneName>'
  scope: resourceGroup('<zoneSubscription>', '<zoneGroup>')
}

${zoneGroupBicep}`,
} as const satisfies Template;
