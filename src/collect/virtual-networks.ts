import { z } from "zod";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import type { Collected } from "../core/collected.ts";
import type { SubnetAddresses } from "../core/network/endpoint-subnet.ts";
import { type Ipv4Range, parseIpv4, sizeOf } from "../core/network/ipv4.ts";
import type { Collector } from "./collector.ts";
import { type ListedZone, zonesIn } from "./zones-in.ts";

/** Where workloads stand, the public addresses that they go out by, and the private zones that they may ask. */
export interface NetworkListing {
  readonly networks: readonly ListedNetwork[];
  readonly addresses: PublicAddresses;
  /** Every private zone that names of registries lie in: `privatelink.azurecr.io`, those below it, `azurecr.io`. */
  readonly zones: Collected<readonly ListedZone[]>;
  /** Ids of every DNS forwarding ruleset. */
  readonly rulesetIds: readonly string[];
  /** Of every subnet whose ranges can be read, by its lower-cased id. */
  readonly subnets: ReadonlyMap<string, SubnetAddresses>;
}

/** A virtual network as Resource Graph lists it. */
export interface ListedNetwork {
  readonly id: string;
  /** Empty for the DNS of Azure. */
  readonly dnsServers: readonly string[];
  readonly subnets: readonly ListedSubnet[];
}

export interface ListedSubnet {
  readonly id: string;
  readonly serviceEndpoints: readonly string[];
  /** Empty where it has none. */
  readonly natGatewayId: string;
}

/** Public addresses and ranges by the lower-cased id of the address, the prefix or the NAT gateway that has them. */
export type PublicAddresses = ReadonlyMap<string, readonly string[]>;

const Subnet = z.object({
  id: z.string(),
  properties: z.object({
    serviceEndpoints: z
      .array(z.object({ service: z.string().nullish(), provisioningState: z.string().nullish() }))
      .nullish(),
    natGateway: z.object({ id: z.string() }).nullish(),
    addressPrefix: z.string().nullish(),
    addressPrefixes: z.array(z.string()).nullish(),
    ipConfigurations: z
      .array(z.unknown())
      .nullish() // left out while nothing has an address in it
      .transform((list) => list?.length ?? 0),
  }),
});

const Ids = z
  .array(z.object({ id: z.string() }))
  .nullish()
  .transform((list) => (list ?? []).map(({ id }) => id));

const Row = z.object({
  id: z.string(),
  type: z.string().transform((type) => type.toLowerCase()),
  name: z.string(),
  networkId: z.string(),
  resolutionPolicy: z.string(),
  dnsServers: z.array(z.string()).nullish(),
  subnets: z.array(Subnet).nullish(),
  ipAddress: z.string(),
  ipPrefix: z.string(),
  addressIds: Ids,
  prefixIds: Ids,
});

/**
 * Every virtual network with its DNS and subnets, every public address with what sends from it, every DNS forwarding
 * ruleset, and every private zone with its links: one query, because Resource Graph counts queries. What cannot be read is left out, which makes whoever stands there unknown.
 */
export const virtualNetworks: Collector<QueryScope, NetworkListing> = {
  id: "virtual-networks",
  permissions: {
    actions: [
      "Microsoft.Network/dnsForwardingRulesets/read",
      "Microsoft.Network/natGateways/read",
      "Microsoft.Network/privateDnsZones/read",
      "Microsoft.Network/privateDnsZones/virtualNetworkLinks/read",
      "Microsoft.Network/publicIPAddresses/read",
      "Microsoft.Network/publicIPPrefixes/read",
      "Microsoft.Network/virtualNetworks/read",
      "Microsoft.ResourceGraph/resources/read",
    ],
  },
  read: async (connection, scope) => {
    const { rows, malformed } = await queryResourceGraph(connection, {
      ...scope,
      name: "virtual networks",
      query: `resources
| where type in~ ('microsoft.network/virtualnetworks', 'microsoft.network/publicipaddresses', 'microsoft.network/publicipprefixes', 'microsoft.network/natgateways', 'microsoft.network/dnsforwardingrulesets') or (type in~ ('microsoft.network/privatednszones', 'microsoft.network/privatednszones/virtualnetworklinks') and id contains 'azurecr.')
| project id, type, name, networkId = tostring(properties.virtualNetwork.id), resolutionPolicy = tostring(properties.resolutionPolicy), dnsServers = properties.dhcpOptions.dnsServers, subnets = properties.subnets, ipAddress = tostring(properties.ipAddress), ipPrefix = tostring(properties.ipPrefix), addressIds = properties.publicIpAddresses, prefixIds = properties.publicIpPrefixes
| order by id asc`,
      row: Row,
    });
    const networks = rows.filter(({ type }) => type === "microsoft.network/virtualnetworks");
    return {
      networks: networks.map(networkOf),
      zones: zonesIn(rows, malformed),
      rulesetIds: rows.flatMap(({ type, id }) => (type === "microsoft.network/dnsforwardingrulesets" ? [id] : [])),
      subnets: new Map(networks.flatMap(({ subnets }) => (subnets ?? []).flatMap(addressesIn))),
      addresses: addressesOf(rows.filter((row) => !networks.includes(row))),
    };
  },
};

function networkOf({ id, dnsServers, subnets }: z.infer<typeof Row>): ListedNetwork {
  return {
    id,
    dnsServers: dnsServers ?? [],
    subnets: (subnets ?? []).map((subnet) => ({
      id: subnet.id,
      serviceEndpoints: (subnet.properties.serviceEndpoints ?? [])
        .filter(({ provisioningState }) => provisioningState?.toLowerCase() !== "failed")
        .map(({ service }) => service ?? ""),
      natGatewayId: subnet.properties.natGateway?.id ?? "",
    })),
  };
}

/**
 * How much of a subnet is taken. Microsoft counts a subnet's `ipConfigurations` for that, too. Unverified: whether
 * Resource Graph lists every one of them, as Resource Manager does.
 * https://learn.microsoft.com/azure/container-registry/container-registry-private-endpoints
 */
function addressesIn({ id, properties }: z.infer<typeof Subnet>): readonly (readonly [string, SubnetAddresses])[] {
  const { addressPrefix, addressPrefixes, ipConfigurations: used } = properties;
  // A range that is in both properties counts once.
  const texts = [...new Set([...(addressPrefixes ?? []), ...(addressPrefix ? [addressPrefix] : [])])];
  const ranges: Ipv4Range[] = [];
  for (const text of texts) {
    const range = parseIpv4(text);
    if (range) ranges.push(range);
    else if (!text.includes(":")) return [];
  }
  const size = ranges.reduce((sum, range) => sum + sizeOf(range), 0);
  return size === 0 ? [] : [[id.toLowerCase(), { size, used, dualStack: texts.length > ranges.length }]];
}

/** A gateway sends from all of its addresses and prefixes: with one of them unknown its addresses are not known. */
function addressesOf(rows: readonly z.infer<typeof Row>[]): PublicAddresses {
  const own = new Map(
    rows.map(({ id, ipAddress, ipPrefix }) => [id.toLowerCase(), [ipAddress, ipPrefix].filter((text) => text !== "")]),
  );
  const gateways = rows.flatMap(({ id, addressIds, prefixIds }) => {
    const parts = [...addressIds, ...prefixIds].map((part) => own.get(part.toLowerCase()) ?? []);
    const whole = parts.length > 0 && parts.every((part) => part.length > 0);
    return whole ? [[id.toLowerCase(), parts.flat()] as const] : [];
  });
  return new Map([...own, ...gateways].filter(([, addresses]) => addresses.length > 0));
}
