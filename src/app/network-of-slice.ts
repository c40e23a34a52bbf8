import { type Collected, known, missing } from "../core/collected.ts";
import type { EndpointSubnet, SubnetAddresses } from "../core/network/endpoint-subnet.ts";
import { isWildcard } from "../core/network/record-in-zone.ts";
import {
  type AddressRecord,
  networkOfSubnet,
  type PrivateEndpoint,
  type PrivateZone,
} from "../core/network/registry-network.ts";
import type { Vantage } from "../core/network/vantage.ts";
import { parseResourceId } from "../core/resource-id.ts";
import type { SliceNetwork } from "../core/slice.ts";
import type { NetworkInventory } from "./network-inventory.ts";

interface Wanted {
  readonly registries: readonly { readonly id: string; readonly loginServer: string }[];
  /** Where the slice's pullers stand. */
  readonly vantages: readonly Collected<Vantage>[];
}

/** Cuts out of the tenant's networks what concerns some registries and pullers. Indexed once for all slices. */
export function networkCutter(inventory: NetworkInventory): (wanted: Wanted) => SliceNetwork {
  const endpoints = inventory.endpoints.known
    ? Map.groupBy(inventory.endpoints.value, ({ registryId }) => registryId.toLowerCase())
    : new Map<string, PrivateEndpoint[]>();
  const inSubnets = Map.groupBy(inventory.endpoints.known ? inventory.endpoints.value : [], ({ subnetId }) =>
    subnetId.toLowerCase(),
  );
  const subnetsOf = (own: readonly PrivateEndpoint[]): SliceNetwork["endpointSubnets"] => {
    if (!inventory.endpoints.known) return inventory.endpoints;
    const { subnets } = inventory;
    if (!subnets.known) return subnets;
    const ids = new Map(own.map(({ subnetId }) => [subnetId.toLowerCase(), subnetId]));
    return known(
      [...ids].map(([key, id]) => ({
        id,
        addresses: addressesOf(id, subnets.value.get(key), inSubnets.get(key) ?? []),
      })),
    );
  };
  const zones = (inventory.zones.known ? inventory.zones.value : []).map((zone) => ({
    zone,
    byLabel: zone.records.known
      ? Map.groupBy(zone.records.value, ({ name }) => labelOf(name === "@" ? zone.name : name))
      : new Map<string, AddressRecord[]>(),
    // which names a wildcard answers for depends on every other record
    wild: zone.records.known && zone.records.value.some(isWildcard),
  }));

  return ({ registries, vantages }) => {
    const own = registries.flatMap(({ id }) => endpoints.get(id.toLowerCase()) ?? []);
    const labels = [...new Set(registries.map(({ loginServer }) => labelOf(loginServer)))];
    const homes = new Set(own.map(({ id }) => parseResourceId(id)?.subscriptionId));
    const networks = new Set(
      [...own.map(({ subnetId }) => networkOfSubnet(subnetId)), ...vantages.flatMap(networksOf)].map((id) =>
        id.toLowerCase(),
      ),
    );
    const cut = zones.map(
      ({ zone, byLabel, wild }): PrivateZone => ({
        ...zone,
        links: zone.links.filter(({ networkId }) => networks.has(networkId.toLowerCase())),
        records:
          zone.records.known && !wild ? known(labels.flatMap((label) => byLabel.get(label) ?? [])) : zone.records,
      }),
    );
    return {
      endpoints: inventory.endpoints.known ? known(own) : inventory.endpoints,
      endpointSubnets: subnetsOf(own),
      zones: inventory.zones.known
        ? known(cut.filter((zone) => says(zone) || homes.has(parseResourceId(zone.id)?.subscriptionId)))
        : inventory.zones,
      replicas: inventory.replicas.known ? known(regionsOf(inventory.replicas.value, registries)) : inventory.replicas,
    };
  };
}

/** A list of what is in a subnet that lacks what is certainly there is not whole, and counts for nothing. */
function addressesOf(
  id: string,
  listed: SubnetAddresses | undefined,
  endpoints: readonly PrivateEndpoint[],
): EndpointSubnet["addresses"] {
  const fact = "endpoint-subnets";
  if (!listed) return missing({ fact, reason: "notFound", detail: `the address ranges of ${id} are not visible` });
  const taken = new Set(endpoints.flatMap(({ addresses }) => addresses.map(({ address }) => address))).size;
  if (listed.used >= taken) return known(listed);
  const detail = `${id} lists ${listed.used} addresses in use, but private endpoints alone have ${taken} there`;
  return missing({ fact, reason: "malformed", detail });
}

function networksOf(vantage: Collected<Vantage>): readonly string[] {
  return vantage.known && vantage.value.networks.known ? vantage.value.networks.value.map(({ id }) => id) : [];
}

function regionsOf(replicas: ReadonlyMap<string, readonly string[]>, registries: Wanted["registries"]) {
  return Object.fromEntries(
    registries.flatMap(({ id }) => {
      const regions = replicas.get(id.toLowerCase());
      return regions ? [[id.toLowerCase(), regions]] : [];
    }),
  );
}

/**
 * A zone that is linked to no network at hand and has no record at hand says nothing; beside an endpoint at hand it is
 * where its records belong.
 */
function says({ links, records }: PrivateZone): boolean {
  return links.length > 0 || !records.known || records.value.length > 0;
}

/** `contoso` of a login server and of a record. */
function labelOf(name: string): string {
  return name.toLowerCase().split(".")[0] ?? "";
}
