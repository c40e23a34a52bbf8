import { z } from "zod";
import { AzureError } from "../azure/error.ts";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import type { Collector } from "./collector.ts";

const Row = z.object({ id: z.string(), location: z.string() });

/**
 * Regions of geo-replicas by the registry's lower-cased id; the home region is not among them, nor is a replica to which no
 * client is led, because its endpoint is turned off.
 * https://learn.microsoft.com/azure/container-registry/container-registry-geo-replication
 */
export const replicas: Collector<QueryScope, ReadonlyMap<string, readonly string[]>> = {
  id: "replicas",
  permissions: {
    actions: ["Microsoft.ContainerRegistry/registries/replications/read", "Microsoft.ResourceGraph/resources/read"],
  },
  read: async (connection, scope) => {
    const { rows, malformed } = await queryResourceGraph(connection, {
      ...scope,
      name: "replicas",
      query: `resources
| where type =~ 'microsoft.containerregistry/registries/replications'
| where tostring(properties.regionEndpointEnabled) !~ 'false'
| project id, location
| order by id asc`,
      row: Row,
    });
    const [broken] = malformed;
    if (broken) throw new AzureError("malformed", "query replicas", `${broken.id}: ${broken.detail}`);
    const groups = Map.groupBy(rows, ({ id }) => id.toLowerCase().replace(/\/replications\/[^/]+$/, ""));
    return new Map([...groups].map(([id, group]) => [id, group.map(({ location }) => regionOf(location))]));
  },
};

/** Azure writes a region as `West Europe` and as `westeurope`. */
function regionOf(location: string): string {
  return location.toLowerCase().replaceAll(" ", "");
}
