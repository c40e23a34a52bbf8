import type { Connection } from "../azure/connection.ts";
import { collect } from "../collect/collector.ts";
import { privateEndpoints } from "../collect/private-endpoints.ts";
import { replicas } from "../collect/replicas.ts";
import { rulesetDomains } from "../collect/ruleset-domains.ts";
import { rulesetLinks } from "../collect/ruleset-links.ts";
import { type ListedNetwork, type PublicAddresses, virtualNetworks } from "../collect/virtual-networks.ts";
import { zoneRecords } from "../collect/zone-records.ts";
import { type Collected, known } from "../core/collected.ts";
import type { SubnetAddresses } from "../core/network/endpoint-subnet.ts";
import type { PrivateEndpoint, PrivateZone } from "../core/network/registry-network.ts";
import type { Ruleset } from "../core/network/ruleset.ts";
import { mapBounded } from "./map-bounded.ts";

/** A virtual network that workloads may stand in, with the rulesets that are linked to it, or may be. */
export interface StandingNetwork extends ListedNetwork {
  readonly rulesets?: readonly Ruleset[];
}

/** The networks that the identity can see, in whatever subscription: a zone is often in another one than the registry. */
export interface NetworkInventory {
  readonly endpoints: Collected<readonly PrivateEndpoint[]>;
  readonly zones: Collected<readonly PrivateZone[]>;
  readonly networks: Collected<readonly StandingNetwork[]>;
  readonly addresses: Collected<PublicAddresses>;
  /** By the subnet's lower-cased id. */
  readonly subnets: Collected<ReadonlyMap<string, SubnetAddresses>>;
  readonly replicas: Collected<ReadonlyMap<string, readonly string[]>>;
}

export const noNetworks: NetworkInventory = {
  endpoints: known([]),
  zones: known([]),
  networks: known([]),
  addresses: known(new Map()),
  subnets: known(new Map()),
  replicas: known(new Map()),
};

const everywhere = {};

/**
 * Costs one Resource Graph query for each kind of thing, one list of records for each private zone, and for each DNS
 * forwarding ruleset a list of its links and, where it has some, of its rules.
 */
export async function readNetworks(connection: Connection): Promise<NetworkInventory> {
  const endpoints = await collect(privateEndpoints, connection, everywhere);
  const networks = await collect(virtualNetworks, connection, everywhere);
  const listed = networks.known ? networks.value.zones : networks;
  const regions = await collect(replicas, connection, everywhere);
  const zones = listed.known
    ? known(
        await mapBounded(listed.value, 4, async (zone) => ({
          ...zone,
          records: await collect(zoneRecords, connection, zone.id),
        })),
      )
    : listed;
  const rulesets = await mapBounded(networks.known ? networks.value.rulesetIds : [], 4, (id) =>
    readRuleset(connection, id),
  );
  return {
    endpoints,
    zones,
    networks: networks.known
      ? known(networks.value.networks.map((network) => withRulesets(network, rulesets)))
      : networks,
    addresses: networks.known ? known(networks.value.addresses) : networks,
    subnets: networks.known ? known(networks.value.subnets) : networks,
    replicas: regions,
  };
}

interface LinkedRuleset {
  readonly ruleset: Ruleset;
  /** Lower-cased ids of the networks that it is linked to. */
  readonly networkIds: Collected<ReadonlySet<string>>;
}

async function readRuleset(connection: Connection, id: string): Promise<LinkedRuleset> {
  const links = await collect(rulesetLinks, connection, id);
  if (!links.known) return { ruleset: { id, domains: links }, networkIds: links };
  const networkIds = known(new Set(links.value.map((networkId) => networkId.toLowerCase())));
  const domains = links.value.length > 0 ? await collect(rulesetDomains, connection, id) : known([]);
  return { ruleset: { id, domains }, networkIds };
}

/** One whose links could not be read may be linked to any network. */
function withRulesets(network: ListedNetwork, rulesets: readonly LinkedRuleset[]): StandingNetwork {
  const own = rulesets
    .filter(({ networkIds }) => !networkIds.known || networkIds.value.has(network.id.toLowerCase()))
    .map(({ ruleset }) => ruleset)
    .filter(({ domains }) => !domains.known || domains.value.length > 0);
  return own.length > 0 ? { ...network, rulesets: own } : network;
}
