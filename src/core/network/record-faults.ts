import type { Gap } from "../collected.ts";
import type { Registry } from "../facts.ts";
import { sameId } from "../resource-id.ts";
import { answeringZones, recordOf } from "./answering-zones.ts";
import { privateNamesOf } from "./host-names.ts";
import { isWithin } from "./is-within.ts";
import { nameInZone } from "./record-in-zone.ts";
import {
  type AddressRecord,
  isApproved,
  type NetworkSettings,
  networkOfSubnet,
  type PrivateEndpoint,
  type PrivateZone,
  unseenOf,
} from "./registry-network.ts";

/** One host of a registry in one private zone, with the addresses it has there and those it has on its endpoints. */
interface ZoneEntry {
  readonly zone: PrivateZone;
  readonly host: string;
  readonly recordName: string;
  readonly found: readonly string[];
  /** One address for each endpoint that has the host. */
  readonly expected: readonly Expected[];
  /** Whose records the zone is for, of the endpoints that have the host. */
  readonly keeper: PrivateEndpoint | undefined;
  /** Endpoints that have the host and stand in a network that asks this zone for it. */
  readonly inside: readonly PrivateEndpoint[];
}

interface Expected {
  readonly address: string;
  readonly endpoint: PrivateEndpoint;
}

interface ZoneEntries {
  readonly entries: readonly ZoneEntry[];
  /** Approved endpoints whose addresses are not visible: with one of them any record may be right. */
  readonly unseen: readonly string[];
  readonly gaps: readonly Gap[];
}

/**
 * What private zones say of each host of a registry's approved endpoints. A zone is meant for the registry where it has
 * some record of it, and where a network asks it for a host that asks such a zone for others; any other may be linked
 * where nobody asks for this registry. What a network asks of a more specific zone, it does not ask of a wider one.
 */
export function zoneEntries(
  { loginServer }: Pick<Registry, "loginServer">,
  { connections }: Pick<NetworkSettings, "connections">,
  endpoints: readonly PrivateEndpoint[],
  zones: readonly PrivateZone[],
): ZoneEntries {
  const approved = connections.filter(isApproved);
  const visible = endpoints.filter(({ id }) => approved.some(({ endpointId }) => sameId(endpointId, id)));
  const hosts = [...new Set(visible.flatMap(({ addresses }) => addresses.map(({ host }) => host.toLowerCase())))];
  const namesOf = (zone: PrivateZone) =>
    hosts.flatMap((host) =>
      privateNamesOf(host, loginServer)
        .filter((name) => isWithin(name, zone.name.toLowerCase()))
        .map((name) => ({ host, name, record: recordOf(name, zone) })),
    );
  const [label = ""] = loginServer.toLowerCase().split(".");
  const hasRecord = ({ records }: PrivateZone) => records.known && records.value.some(({ name }) => isOf(label, name));
  const own = zones
    .map((zone) => ({ zone, names: namesOf(zone) }))
    .filter(({ names }) => names.length > 0)
    .map(({ zone, names }) => ({
      ...{ zone, names },
      holds: hasRecord(zone) || names.some(({ record }) => record !== undefined),
    }));
  const holding = own.filter(({ holds }) => holds).map(({ zone }) => zone);

  const entries = own.flatMap(({ zone, names, holds }) => {
    if (!zone.records.known) return [];
    const held = new Set(names.flatMap(({ record }) => record?.addresses ?? []));
    return names.flatMap(({ host, name, record }): readonly ZoneEntry[] => {
      const networkIds = askersOf(zone, privateNamesOf(host, loginServer), zones);
      const asked = zone.links.length === 0 || networkIds.length > 0;
      if (!asked || record?.alias !== undefined || !(holds || standsInFor(zone, networkIds, holding))) return [];
      const expected = visible.flatMap((endpoint) =>
        endpoint.addresses
          .filter((one) => one.host.toLowerCase() === host)
          .map(({ address }) => ({ address, endpoint })),
      );
      return [
        {
          zone,
          host,
          recordName: record?.name ?? nameInZone(name, zone.name.toLowerCase()),
          found: record?.addresses ?? [],
          expected,
          keeper: keeperOf(zone, held, expected),
          inside: expected.map(({ endpoint }) => endpoint).filter((one) => standsIn(one, networkIds)),
        },
      ];
    });
  });
  return {
    entries,
    unseen: unseenOf(approved, visible),
    gaps: [
      ...own.flatMap(({ zone: { records } }) => (records.known ? [] : [records.gap])),
      ...own.flatMap(({ zone, names }) => names.flatMap(({ name, record }) => aliasGap(zone, name, record))),
    ],
  };
}

function aliasGap({ id }: PrivateZone, name: string, record: AddressRecord | undefined): readonly Gap[] {
  if (record?.alias === undefined) return [];
  const detail = `${id} leads ${name} on to ${record.alias}, and what that resolves to is not looked for`;
  return [{ fact: "zones", reason: "notFound", detail }];
}

/** Networks that ask a zone for one of a host's names: those that no more specific zone is linked to. */
function askersOf(zone: PrivateZone, names: readonly string[], zones: readonly PrivateZone[]): readonly string[] {
  return zone.links
    .map(({ networkId }) => networkId)
    .filter((id) => {
      const answering = names.map((name) => answeringZones(name, id, zones));
      return answering.find((linked) => linked.length > 0)?.some((linked) => linked.zone === zone);
    });
}

/** Some of the networks ask a zone of another name that holds records of the registry. */
function standsInFor(zone: PrivateZone, networkIds: readonly string[], holding: readonly PrivateZone[]): boolean {
  return holding.some(
    ({ name, links }) =>
      !sameId(name, zone.name) && links.some(({ networkId }) => networkIds.some((id) => sameId(id, networkId))),
  );
}

function isOf(label: string, recordName: string): boolean {
  return recordName.toLowerCase() === label || recordName.toLowerCase().startsWith(`${label}.`);
}

/** The endpoint of which the zone has other records, else one that stands in a network with the zone, else any. */
function keeperOf(zone: PrivateZone, held: ReadonlySet<string>, expected: readonly Expected[]) {
  const endpoints = expected.map(({ endpoint }) => endpoint);
  const hasRecord = ({ addresses }: PrivateEndpoint) => addresses.some(({ address }) => held.has(address));
  const linked = zone.links.map(({ networkId }) => networkId);
  return endpoints.find(hasRecord) ?? endpoints.find((one) => standsIn(one, linked)) ?? endpoints[0];
}

function standsIn({ subnetId }: PrivateEndpoint, networkIds: readonly string[]): boolean {
  return networkIds.some((id) => sameId(id, networkOfSubnet(subnetId)));
}
