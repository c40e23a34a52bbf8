import { z } from "zod";
import { AzureError } from "../azure/error.ts";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import type { ZoneLink } from "../core/network/registry-network.ts";
import type { Collector } from "./collector.ts";

/** A private zone for registries; its records are not in Resource Graph. */
export interface ListedZone {
  readonly id: string;
  readonly name: string;
  readonly links: readonly ZoneLink[];
}

const Row = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  networkId: z.string(),
  resolutionPolicy: z.string(),
});

/** Every private zone `privatelink.azurecr.*`, with the virtual networks that it is linked to. */
export const privateZones: Collector<QueryScope, readonly ListedZone[]> = {
  id: "private-zones",
  permissions: {
    actions: [
      "Microsoft.Network/privateDnsZones/read",
      "Microsoft.Network/privateDnsZones/virtualNetworkLinks/read",
      "Microsoft.ResourceGraph/resources/read",
    ],
  },
  read: async (connection, scope) => {
    const { rows, malformed } = await queryResourceGraph(connection, {
      ...scope,
      name: "private zones",
      query: `resources
| where (type =~ 'microsoft.network/privatednszones' and name startswith 'privatelink.azurecr.') or (type =~ 'microsoft.network/privatednszones/virtualnetworklinks' and id contains '/privatednszones/privatelink.azurecr.')
| project id, type, name, networkId = tostring(properties.virtualNetwork.id), resolutionPolicy = tostring(properties.resolutionPolicy)
| order by id asc`,
      row: Row,
    });
    const [broken] = malformed; // a link that is lost could make a network look unlinked
    if (broken) throw new AzureError("malformed", "query private zones", `${broken.id}: ${broken.detail}`);
    const isLink = ({ type }: z.infer<typeof Row>) => type.toLowerCase().endsWith("/virtualnetworklinks");
    const links = Map.groupBy(rows.filter(isLink), ({ id }) =>
      id.toLowerCase().replace(/\/virtualnetworklinks\/[^/]+$/, ""),
    );
    return rows
      .filter((row) => !isLink(row))
      .map(({ id, name }) => ({
        id,
        name,
        links: (links.get(id.toLowerCase()) ?? []).map(({ networkId, resolutionPolicy }) => ({
          networkId,
          fallsBack: resolutionPolicy.toLowerCase() === "nxdomainredirect",
        })),
      }));
  },
};
