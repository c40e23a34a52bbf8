import type { Connection } from "../azure/connection.ts";
import { collect } from "../collect/collector.ts";
import { privateEndpoints } from "../collect/private-endpoints.ts";
import { replicas } from "../collect/replicas.ts";
import { type ListedNetwork, type PublicAddresses, virtualNetworks } from "../collect/virtual-networks.ts";
import { zoneRecords } from "../collect/zone-records.ts";
import { type Collected, known } from "../core/collected.ts";
import type { SubnetAddresses } from "../core/network/endpoint-subnet.ts";
import type { PrivateEndpoint, PrivateZone } from "../core/network/registry-network.ts";
import { mapBounded } from "./map-bounded.ts";

/** The networks that the identity can see, in whatever subscription: a zone is often in another one than the registry. */
export interface NetworkInventory {
  readonly endpoints: Collected<readonly PrivateEndpoint[]>;
  readonly zones: Collected<readonly PrivateZone[]>;
  readonly networks: Collected<readonly ListedNetwork[]>;
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

/** Costs one Resource Graph query for each kind of thing, and one list of records for each private zone. */
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
  return {
    endpoints,
    zones,
    networks: networks.known ? known(networks.value.networks) : networks,
    addresses: networks.known ? known(networks.value.addresses) : networks,
    subnets: networks.known ? known(networks.value.subnets) : networks,
    replicas: regions,
  };
}
