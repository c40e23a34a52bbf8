import type { Gap } from "../collected.ts";
import type { Registry } from "../facts.ts";
import { recordNameOf, zoneNameOf } from "./host-names.ts";
import {
  type AddressRecord,
  isApproved,
  type NetworkSettings,
  type PrivateZone,
  type RegistryNetwork,
  unseenOf,
} from "./registry-network.ts";

/** What a name of a registry resolves to for clients of one virtual network that uses the DNS of Azure. */
export type Resolution =
  /** To addresses of approved endpoints. */
  | { readonly to: "endpoint"; readonly zoneIds: readonly string[]; readonly endpointIds: readonly string[] }
  /**
   * To the public address, because no zone is linked, or because those that are (`zoneIds`) fall back to it; `holders` are
   * zones that would know better, if there are any, those first that lead to an approved endpoint.
   */
  | { readonly to: "public"; readonly zoneIds: readonly string[]; readonly holders: readonly string[] }
  /** To nothing: a linked zone answers, and has no such record. */
  | { readonly to: "nothing"; readonly zoneIds: readonly string[] }
  /** To addresses of which at least one is not an approved endpoint's. */
  | {
      readonly to: "wrong";
      readonly zoneIds: readonly string[];
      readonly addresses: readonly string[];
      readonly expected: readonly string[];
      /** The endpoint that it belongs to is there, but not approved. */
      readonly unapproved: boolean;
    }
  | {
      readonly to: "unknown";
      readonly reason: "zones-not-known" | "endpoint-not-visible";
      readonly gaps: readonly Gap[];
    };

export interface ResolutionQuestion {
  readonly registry: Pick<Registry, "id" | "loginServer">;
  readonly settings: NetworkSettings;
  readonly network: Pick<RegistryNetwork, "endpoints" | "zones" | "keptZones">;
}

/**
 * Follows a name as the DNS of Azure does: the public name of a registry with endpoints leads to
 * `<name>.privatelink.<suffix>`, which a zone linked to the network answers alone, even when it has no such record.
 * https://learn.microsoft.com/azure/private-link/private-endpoint-dns
 */
export function resolvePrivately(host: string, networkId: string, question: ResolutionQuestion): Resolution {
  const { registry, network } = question;
  if (!network.zones.known) return { to: "unknown", reason: "zones-not-known", gaps: [network.zones.gap] };
  const zones = indexed(network.zones.value).get(zoneNameOf(registry.loginServer));
  const linked = zones?.byNetwork.get(networkId.toLowerCase()) ?? [];
  if (linked.length === 0) return withoutLink(zones, question);

  const zoneIds = linked.map(({ zone }) => zone.id);
  const gaps = linked.flatMap(({ zone: { records } }) => (records.known ? [] : [records.gap]));
  if (gaps.length > 0) return { to: "unknown", reason: "zones-not-known", gaps };
  const entries = zones?.byRecord.get(recordNameOf(host, registry.loginServer)) ?? [];
  const addresses = entries.filter(({ zone }) => zoneIds.includes(zone.id)).flatMap(({ record }) => record.addresses);
  if (addresses.length > 0) return compare(host, addresses, zoneIds, question);
  return linked.every(({ fallsBack }) => fallsBack)
    ? { to: "public", zoneIds, holders: [] }
    : { to: "nothing", zoneIds };
}

/**
 * A zone that cannot be seen may be linked. A name is taken for public where the zone that has it is seen, and where the
 * registry's endpoints keep no records in any zone: zones written by hand in subscriptions that nobody shows stay
 * unchecked, and the answer says so.
 */
function withoutLink(zones: Zones | undefined, question: ResolutionQuestion): Resolution {
  const { loginServer } = question.registry;
  const kept = question.network.keptZones;
  const entries = zones?.byRecord.get(recordNameOf(loginServer, loginServer)) ?? [];
  const right = entries.filter(({ record }) => compare(loginServer, record.addresses, [], question).to === "endpoint");
  const holders = [...new Set([...right, ...entries])];
  if (holders.length > 0) return { to: "public", zoneIds: [], holders: holders.map(({ zone }) => zone.id) };
  const unread = zones?.unread ?? [];
  if (unread.length > 0) return { to: "unknown", reason: "zones-not-known", gaps: unread };
  if (kept?.known === false) return { to: "unknown", reason: "zones-not-known", gaps: [kept.gap] };
  if (kept?.value.length === 0) return { to: "public", zoneIds: [], holders: [] };
  const detail = `no zone ${zoneNameOf(loginServer)} with a record of ${loginServer} is visible; ${
    kept
      ? `its endpoints keep their records in ${kept.value.join(", ")}, which the identity cannot read`
      : "it may be in a subscription that the identity cannot read, or not exist"
  }`;
  return { to: "unknown", reason: "zones-not-known", gaps: [{ fact: "zones", reason: "notFound", detail }] };
}

function compare(
  host: string,
  addresses: readonly string[],
  zoneIds: readonly string[],
  { settings, network, registry }: ResolutionQuestion,
): Resolution {
  const endpoints = network.endpoints.known ? network.endpoints.value : [];
  const connections = settings.connections.filter(isApproved);
  const approved = connections.map(({ endpointId }) => endpointId.toLowerCase());
  const of = (wanted: boolean) =>
    endpoints
      .filter(({ id }) => approved.includes(id.toLowerCase()) === wanted)
      .flatMap((endpoint) =>
        endpoint.addresses
          .filter((one) => one.host.toLowerCase() === host.toLowerCase())
          .map(({ address }) => ({ address, endpointId: endpoint.id })),
      );
  const right = of(true);
  const wrong = addresses.filter((address) => !right.some((one) => one.address === address));
  if (wrong.length === 0) {
    const endpointIds = right.filter(({ address }) => addresses.includes(address)).map(({ endpointId }) => endpointId);
    return { to: "endpoint", zoneIds, endpointIds: [...new Set(endpointIds)] };
  }
  const unseen = unseenOf(connections, endpoints);
  if (!network.endpoints.known) {
    return { to: "unknown", reason: "endpoint-not-visible", gaps: [network.endpoints.gap] };
  }
  if (unseen.length > 0) {
    const detail = `the addresses of ${unseen.join(", ")}, an endpoint of ${registry.id}, are not visible`;
    return { to: "unknown", reason: "endpoint-not-visible", gaps: [{ fact: "endpoints", reason: "notFound", detail }] };
  }
  return {
    to: "wrong",
    zoneIds,
    addresses,
    expected: right.map(({ address }) => address),
    unapproved: wrong.every((address) => of(false).some((one) => one.address === address)),
  };
}

/** The zones of one name, by what they are asked for. */
interface Zones {
  readonly byNetwork: Map<string, { readonly zone: PrivateZone; readonly fallsBack: boolean }[]>;
  readonly byRecord: Map<string, { readonly zone: PrivateZone; readonly record: AddressRecord }[]>;
  /** Why records of some of them are not known. */
  readonly unread: Gap[];
}

const indexes = new WeakMap<readonly PrivateZone[], ReadonlyMap<string, Zones>>();

/** Many registries are asked about in the same zones. */
function indexed(zones: readonly PrivateZone[]): ReadonlyMap<string, Zones> {
  const known = indexes.get(zones);
  if (known) return known;
  const byName = new Map<string, Zones>();
  for (const zone of zones) {
    const name = zone.name.toLowerCase();
    const index: Zones = byName.get(name) ?? { byNetwork: new Map(), byRecord: new Map(), unread: [] };
    byName.set(name, index);
    for (const { networkId, fallsBack } of zone.links)
      add(index.byNetwork, networkId.toLowerCase(), { zone, fallsBack });
    if (!zone.records.known) index.unread.push(zone.records.gap);
    else
      for (const record of zone.records.value)
        if (record.addresses.length > 0) add(index.byRecord, record.name.toLowerCase(), { zone, record });
  }
  indexes.set(zones, byName);
  return byName;
}

function add<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
