import type { AddressRecord } from "./registry-network.ts";

/** A name within a zone: `contoso.westeurope.data`, and `@` for the zone's own. Both are in lower case. */
export function nameInZone(name: string, zoneName: string): string {
  return name === zoneName ? "@" : name.slice(0, -zoneName.length - 1);
}

/**
 * The record that answers for a name within a zone: its own, else a wildcard's unless something closer to the name is
 * there.
 * https://learn.microsoft.com/azure/dns/dns-zones-records#wildcard-records
 * https://www.rfc-editor.org/rfc/rfc4592#section-3.3.1
 */
export function recordInZone(name: string, records: readonly AddressRecord[]): AddressRecord | undefined {
  const { byName, nodes } = indexed(records);
  const own = byName.get(name);
  if (own !== undefined || name === "@" || nodes.has(name)) return own;
  const labels = name.split(".");
  for (let count = 1; count <= labels.length; count++) {
    const above = labels.slice(count).join(".");
    const wildcard = byName.get(above === "" ? "*" : `*.${above}`);
    if (wildcard !== undefined || nodes.has(above)) return wildcard;
  }
  return undefined;
}

export function isWildcard({ name }: Pick<AddressRecord, "name">): boolean {
  return name === "*" || name.startsWith("*.");
}

interface Index {
  readonly byName: ReadonlyMap<string, AddressRecord>;
  /** Every name that has a record or has names with records below it. */
  readonly nodes: ReadonlySet<string>;
}

const indexes = new WeakMap<readonly AddressRecord[], Index>();

function indexed(records: readonly AddressRecord[]): Index {
  const kept = indexes.get(records);
  if (kept) return kept;
  const nodes = new Set<string>();
  for (const { name } of records)
    for (let rest = name.toLowerCase(); rest !== "" && !nodes.has(rest); rest = parentOf(rest)) nodes.add(rest);
  const index = { byName: new Map(records.map((record) => [record.name.toLowerCase(), record])), nodes };
  indexes.set(records, index);
  return index;
}

/** `data` of `westeurope.data`, and nothing of `data`. */
function parentOf(name: string): string {
  const dot = name.indexOf(".");
  return dot === -1 ? "" : name.slice(dot + 1);
}
