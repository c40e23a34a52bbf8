import type { Gap } from "../collected.ts";
import { privateNamesOf } from "./host-names.ts";
import { isWithin } from "./is-within.ts";
import { isWildcard, nameInZone, recordInZone } from "./record-in-zone.ts";
import type { AddressRecord, PrivateZone } from "./registry-network.ts";

/** A private zone, as one of the virtual networks that it is linked to asks it. */
export interface LinkedZone {
  readonly zone: PrivateZone;
  readonly fallsBack: boolean;
}

/**
 * The zones that answer for a name in one virtual network: of those that are linked to it and that the name lies in, the
 * most specific, even where a wider one has the record. More than one only where zones of one name are linked.
 * https://learn.microsoft.com/azure/private-link/private-endpoint-dns
 */
export function answeringZones(name: string, networkId: string, zones: readonly PrivateZone[]): readonly LinkedZone[] {
  const linked = indexed(zones).byNetwork.get(networkId.toLowerCase()) ?? [];
  const around = linked.filter(({ zone }) => isWithin(name, zone.name.toLowerCase()));
  const longest = Math.max(...around.map(({ zone }) => zone.name.length));
  return around.filter(({ zone }) => zone.name.length === longest);
}

/** What zones have for a host, linked to whatever networks. */
export interface Holders {
  readonly holders: readonly { readonly zone: PrivateZone; readonly record: AddressRecord }[];
  /** Why the records of other zones that it lies in are not known. */
  readonly unread: readonly Gap[];
}

export function holdersOf(host: string, loginServer: string, zones: readonly PrivateZone[]): Holders {
  const index = indexed(zones);
  const names = privateNamesOf(host, loginServer);
  const byWildcard = index.wild.flatMap((zone) =>
    names.flatMap((name) => {
      const record = recordOf(name, zone);
      return record && isWildcard(record) ? [{ zone, record }] : [];
    }),
  );
  return {
    holders: [...names.flatMap((name) => index.byName.get(name) ?? []), ...byWildcard],
    unread: index.unread.filter(({ zone }) => names.some((name) => isWithin(name, zone))).map(({ gap }) => gap),
  };
}

/** A zone's record of a name, if it lies in the zone and the zone's records are known. */
export function recordOf(name: string, { name: zoneName, records }: PrivateZone): AddressRecord | undefined {
  const zone = zoneName.toLowerCase();
  return records.known && isWithin(name, zone) ? recordInZone(nameInZone(name, zone), records.value) : undefined;
}

interface Index {
  readonly byNetwork: Map<string, LinkedZone[]>;
  /** By the whole name; wildcards are not among them. */
  readonly byName: Map<string, { readonly zone: PrivateZone; readonly record: AddressRecord }[]>;
  /** Zones with wildcards. */
  readonly wild: PrivateZone[];
  readonly unread: { readonly zone: string; readonly gap: Gap }[];
}

const indexes = new WeakMap<readonly PrivateZone[], Index>();

/** Many registries are asked about in the same zones. */
function indexed(zones: readonly PrivateZone[]): Index {
  const kept = indexes.get(zones);
  if (kept) return kept;
  const index: Index = { byNetwork: new Map(), byName: new Map(), wild: [], unread: [] };
  for (const zone of zones) {
    for (const { networkId, fallsBack } of zone.links)
      add(index.byNetwork, networkId.toLowerCase(), { zone, fallsBack });
    const own = zone.name.toLowerCase();
    if (!zone.records.known) {
      index.unread.push({ zone: own, gap: zone.records.gap });
      continue;
    }
    if (zone.records.value.some(isWildcard)) index.wild.push(zone);
    for (const record of zone.records.value)
      if (record.addresses.length > 0 || record.alias !== undefined)
        add(index.byName, record.name === "@" ? own : `${record.name.toLowerCase()}.${own}`, { zone, record });
  }
  indexes.set(zones, index);
  return index;
}

function add<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
