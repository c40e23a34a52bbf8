import { z } from "zod";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import type { Collector } from "./collector.ts";

/** Where workloads stand, and the public addresses that they go out by. */
export interface NetworkListing {
  readonly networks: readonly ListedNetwork[];
  readonly addresses: PublicAddresses;
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
    serviceEndpoints: z.array(z.object({ service: z.string().nullish() })).nullish(),
    natGateway: z.object({ id: z.string() }).nullish(),
  }),
});

const Ids = z
  .array(z.object({ id: z.string() }))
  .nullish()
  .transform((list) => (list ?? []).map(({ id }) => id));

const Row = z.object({
  id: z.string(),
  type: z.string(),
  dnsServers: z.array(z.string()).nullish(),
  subnets: z.array(Subnet).nullish(),
  ipAddress: z.string(),
  ipPrefix: z.string(),
  addressIds: Ids,
  prefixIds: Ids,
});

/**
 * Every virtual network with its DNS and subnets, and every public address with what sends from it: one query, because
 * Resource Graph counts queries. What cannot be read is left out, which makes whoever stands there unknown.
 */
export const virtualNetworks: Collector<QueryScope, NetworkListing> = {
  id: "virtual-networks",
  permissions: {
    actions: [
      "Microsoft.Network/natGateways/read",
      "Microsoft.Network/publicIPAddresses/read",
      "Microsoft.Network/publicIPPrefixes/read",
      "Microsoft.Network/virtualNetworks/read",
      "Microsoft.ResourceGraph/resources/read",
    ],
  },
  read: async (connection, scope) => {
    const { rows } = await queryResourceGraph(connection, {
      ...scope,
      name: "virtual networks",
      query: `resources
| where type in~ ('microsoft.network/virtualnetworks', 'microsoft.network/publicipaddresses', 'microsoft.network/publicipprefixes', 'microsoft.network/natgateways')
| project id, type, dnsServers = properties.dhcpOptions.dnsServers, subnets = properties.subnets, ipAddress = tostring(properties.ipAddress), ipPrefix = tostring(properties.ipPrefix), addressIds = properties.publicIpAddresses, prefixIds = properties.publicIpPrefixes
| order by id asc`,
      row: Row,
    });
    const isNetwork = ({ type }: z.infer<typeof Row>) => type.toLowerCase() === "microsoft.network/virtualnetworks";
    return {
      networks: rows.filter(isNetwork).map(networkOf),
      addresses: addressesOf(rows.filter((row) => !isNetwork(row))),
    };
  },
};

function networkOf({ id, dnsServers, subnets }: z.infer<typeof Row>): ListedNetwork {
  return {
    id,
    dnsServers: dnsServers ?? [],
    subnets: (subnets ?? []).map((subnet) => ({
      id: subnet.id,
      serviceEndpoints: (subnet.properties.serviceEndpoints ?? []).map(({ service }) => service ?? ""),
      natGatewayId: subnet.properties.natGateway?.id ?? "",
    })),
  };
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
