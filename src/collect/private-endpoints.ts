import { z } from "zod";
import { AzureError } from "../azure/error.ts";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import type { EndpointAddress, PrivateEndpoint } from "../core/network/registry-network.ts";
import type { Collector } from "./collector.ts";

const Connections = z
  .array(z.object({ properties: z.object({ privateLinkServiceId: z.string() }) }))
  .nullish()
  .transform((list) => list ?? []);

const Endpoint = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  properties: z.object({
    subnet: z.object({ id: z.string() }),
    privateLinkServiceConnections: Connections,
    manualPrivateLinkServiceConnections: Connections,
    networkInterfaces: z.array(z.object({ id: z.string() })).nullish(),
    customDnsConfigs: z
      .array(z.object({ fqdn: z.string().nullish(), ipAddresses: z.array(z.string()).nullish() }))
      .nullish(),
  }),
});

const Interface = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  properties: z.object({
    ipConfigurations: z.array(
      z.object({
        properties: z.object({
          privateIPAddress: z.string().nullish(),
          privateLinkConnectionProperties: z.object({ fqdns: z.array(z.string()).nullish() }).nullish(),
        }),
      }),
    ),
  }),
});

const Row = z.union([Endpoint, Interface]);

/**
 * The private endpoints of registries, with the addresses that their network interfaces have for each host. One whose
 * addresses are not visible is left out.
 * https://learn.microsoft.com/azure/container-registry/container-registry-private-link
 */
export const privateEndpoints: Collector<QueryScope, readonly PrivateEndpoint[]> = {
  id: "private-endpoints",
  permissions: {
    actions: [
      "Microsoft.Network/networkInterfaces/read",
      "Microsoft.Network/privateEndpoints/read",
      "Microsoft.ResourceGraph/resources/read",
    ],
  },
  read: async (connection, scope) => {
    const { rows, malformed } = await queryResourceGraph(connection, {
      ...scope,
      name: "private endpoints",
      query: `resources
| where (type =~ 'microsoft.network/privateendpoints' and tostring(properties) contains 'microsoft.containerregistry/registries/') or (type =~ 'microsoft.network/networkinterfaces' and tostring(properties.ipConfigurations) contains '.azurecr.')
| project id, type, name, properties
| order by id asc`,
      row: Row,
    });
    const [broken] = malformed; // an address that is lost could make a right record look wrong
    if (broken) throw new AzureError("malformed", "query private endpoints", `${broken.id}: ${broken.detail}`);
    const interfaces = new Map(
      rows.flatMap((row) => ("ipConfigurations" in row.properties ? [[row.id.toLowerCase(), addressesOf(row)]] : [])),
    );
    return rows.flatMap((row) =>
      "subnet" in row.properties ? endpointOf(row as z.infer<typeof Endpoint>, interfaces) : [],
    );
  },
};

function addressesOf(row: z.infer<typeof Row>): readonly EndpointAddress[] {
  if (!("ipConfigurations" in row.properties)) return [];
  return row.properties.ipConfigurations.flatMap(({ properties }) => {
    const { privateIPAddress: address, privateLinkConnectionProperties: link } = properties;
    return address ? (link?.fqdns ?? []).map((host) => ({ host, address })) : [];
  });
}

function endpointOf(
  { id, name, properties }: z.infer<typeof Endpoint>,
  interfaces: ReadonlyMap<string, readonly EndpointAddress[]>,
): readonly PrivateEndpoint[] {
  const { privateLinkServiceConnections: own, manualPrivateLinkServiceConnections: manual } = properties;
  const target = [...own, ...manual].map((one) => one.properties.privateLinkServiceId);
  const registryId = target.find((one) => /\/providers\/microsoft\.containerregistry\/registries\//i.test(one));
  const onInterfaces = (properties.networkInterfaces ?? []).flatMap(
    (one) => interfaces.get(one.id.toLowerCase()) ?? [],
  );
  // The endpoint itself names its addresses only while no zone group does it.
  const ownConfigs = (properties.customDnsConfigs ?? []).flatMap(({ fqdn, ipAddresses }) =>
    (ipAddresses ?? []).map((address) => ({ host: fqdn ?? "", address })),
  );
  const addresses = onInterfaces.length > 0 ? onInterfaces : ownConfigs;
  return registryId === undefined || addresses.length === 0
    ? []
    : [{ id, name, registryId, subnetId: properties.subnet.id, addresses }];
}
