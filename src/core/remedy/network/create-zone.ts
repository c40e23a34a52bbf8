import type { RemedyInput, Template } from "../remedy.ts";
import { keepRecords } from "./keep-records.ts";
import { linkBicep } from "./link-zone.ts";

/** A zone that is linked already and falls back to the public name lacks the records alone. */
export function createZone(input: RemedyInput): Template {
  return input.facts.zoneIds === undefined ? missingZone : keepRecords(input);
}

const newZone: Omit<Template, "text"> = {
  cli: "az network private-dns zone create --subscription <zoneHomeSubscription> --resource-group <zoneHomeGroup> --name <expectedZone>",
  bicep: `resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' = {
  name: '<expectedZone>'
  location: 'global'
}

${linkBicep}`,
};

const missingZone: Template = {
  text: "Create the private zone of the registry, link it to the network that the workload stands in, and give the endpoint a zone group, which keeps its records.",
  ...newZone,
};

/** For zones that could not be read: there may be one. */
export const createUnseenZone: Template = {
  text: "If there is no private zone for the registry, create one, link it to the network that the workload stands in, and give the endpoint a zone group, which keeps its records.",
  ...newZone,
};
