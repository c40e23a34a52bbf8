import type { Gap } from "../collected.ts";
import type { Registry } from "../facts.ts";
import { sameId } from "../resource-id.ts";
import { recordNameOf, zoneNameOf } from "./host-names.ts";
import {
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
 * What private zones say of each host of a registry's approved endpoints. Only zones that hold some record of the
 * registry are meant for it; any other may be linked where nobody asks for this registry.
 */
export function zoneEntries(
  registry: Pick<Registry, "loginServer">,
  { connections }: Pick<NetworkSettings, "connections">,
  endpoints: readonly PrivateEndpoint[],
  zones: readonly PrivateZone[],
): ZoneEntries {
  const approved = connections.filter(isApproved);
  const visible = endpoints.filter(({ id }) => approved.some(({ endpointId }) => sameId(endpointId, id)));
  const own = zones.filter(({ name }) => name.toLowerCase() === zoneNameOf(registry.loginServer));
  const label = recordNameOf(registry.loginServer, registry.loginServer);
  const belongs = (name: string) => name.toLowerCase() === label || name.toLowerCase().startsWith(`${label}.`);
  const hosts = [...new Set(visible.flatMap(({ addresses }) => addresses.map(({ host }) => host.toLowerCase())))];

  const entries = own.flatMap((zone) => {
    if (!zone.records.known) return [];
    const records = zone.records.value.filter(({ name }) => belongs(name));
    if (records.length === 0) return [];
    const held = new Set(records.flatMap(({ addresses }) => addresses));
    return hosts.map((host): ZoneEntry => {
      const recordName = recordNameOf(host, registry.loginServer);
      const expected = visible.flatMap((endpoint) =>
        endpoint.addresses
          .filter((one) => one.host.toLowerCase() === host)
          .map(({ address }) => ({ address, endpoint })),
      );
      return {
        zone,
        host,
        recordName,
        found: records.filter(({ name }) => name.toLowerCase() === recordName).flatMap(({ addresses }) => addresses),
        expected,
        keeper: keeperOf(zone, held, expected),
      };
    });
  });
  return {
    entries,
    unseen: unseenOf(approved, visible),
    gaps: own.flatMap(({ records }) => (records.known ? [] : [records.gap])),
  };
}

/** The endpoint of which the zone has other records, else one that stands in a network with the zone, else any. */
function keeperOf(zone: PrivateZone, held: ReadonlySet<string>, expected: readonly Expected[]) {
  const endpoints = expected.map(({ endpoint }) => endpoint);
  const hasRecord = ({ addresses }: PrivateEndpoint) => addresses.some(({ address }) => held.has(address));
  const isLinked = ({ subnetId }: PrivateEndpoint) =>
    zone.links.some(({ networkId }) => sameId(networkId, networkOfSubnet(subnetId)));
  return endpoints.find(hasRecord) ?? endpoints.find(isLinked) ?? endpoints[0];
}
