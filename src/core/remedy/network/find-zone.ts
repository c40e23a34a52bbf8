import { holdersOf } from "../../network/answering-zones.ts";
import { sameId } from "../../resource-id.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { createUnseenZone } from "./create-zone.ts";
import { emptyZone } from "./empty-zone.ts";
import { linkZone } from "./link-zone.ts";
import { zonePlace } from "./zone-place.ts";

/** Nothing where a zone is there that leads on to another name, or that could not be read: another would not help. */
export function findZone({ need: { network }, registry }: RemedyInput): Template | undefined {
  const { zones, keptZones: kept } = network;
  const visible = zones.known ? zones.value : [];
  if (kept?.known) {
    const hidden = kept.value.find((zoneId) => !visible.some(({ id }) => sameId(id, zoneId)));
    return hidden === undefined ? undefined : { ...linkHidden, evidence: zonePlace(hidden) };
  }
  const { holders, unread } = holdersOf(registry.loginServer, registry.loginServer, visible);
  const isThere = holders.length + unread.length > 0 || emptyZone(network, registry) !== undefined;
  return isThere ? undefined : createUnseenZone;
}

const linkHidden: Template = {
  ...linkZone,
  text: "Link the private zone <zoneName> of the resource group <zoneGroup>, in which the endpoints keep their records and which the identity cannot read, to the network that the workload stands in, unless it is linked.",
};
