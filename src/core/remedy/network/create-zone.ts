import type { RemedyInput, Template } from "../remedy.ts";
import { emptyZone } from "./empty-zone.ts";
import { keep, keepRecords, zoneGroupBicep } from "./keep-records.ts";
import { linkBicep } from "./link-zone.ts";

/**
 * A zone that is linked already and falls back to the public name lacks the records alone, and so does one that somebody
 * made: it is linked once it has them, because a linked zone without them answers that there is no such name.
 */
export function createZone(input: RemedyInput): Template {
  if (input.facts.zoneIds !== undefined) return keepRecords(input);
  return emptyZone(input.need.network, input.registry) ? fillZone : missingZone;
}

const fillZone: Template = {
  ...keep,
  text: "Let a zone group of the endpoint keep the records in the private zone <zoneName>, which has none of the registry; then link the zone to the network that the workload stands in.",
};

const command =
  "az network private-dns zone create --subscription <zoneHomeSubscription> --resource-group <zoneHomeGroup> --name <expectedZone>";

const zoneBicep = `resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' = {
  name: '<expectedZone>'
  location: 'global'
}`;

/** In one template and in this order, because a linked zone without records makes the name vanish. */
export const missingZone = {
  text: "Create the private zone of the registry; next a zone group of the endpoint keeps its records, and last it is linked to the network that the workload stands in.",
  cli: command,
  bicep: `${zoneBicep}

${zoneGroupBicep}

${linkBicep("zoneGroup")}`,
} as const satisfies Template;

/** For zones that could not be read: there may be one, and a zone group that keeps records in it. */
export const createUnseenZone: Template = {
  text: "If there is no private zone for the registry, create one; next a zone group of the endpoint keeps its records, if it has no zone group yet, and last it is linked to the network that the workload stands in.",
  cli: command,
  bicep: zoneBicep,
};
