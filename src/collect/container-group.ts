import { getResource } from "../azure/resource.ts";
import type { ListedWorkload } from "../core/workload.ts";
import type { Collector } from "./collector.ts";
import { ContainerGroupRow, containerGroupOf } from "./container-groups.ts";
import { resourceBody } from "./resource-body.ts";
import { shaped } from "./shaped.ts";

const apiVersion = "2023-05-01";

/** One container group as it is now: Resource Graph, which lists all of them, is minutes behind. */
export const containerGroup: Collector<string, ListedWorkload> = {
  id: "container-group",
  permissions: { actions: ["Microsoft.ContainerInstance/containerGroups/read"] },
  read: async (connection, id) => {
    const row = rowOf(await getResource(connection, id, apiVersion));
    return containerGroupOf(shaped(ContainerGroupRow, row, `get ${id}`));
  },
};

/** What the query of `containerGroups` projects. */
function rowOf(body: unknown): unknown {
  const { columns, part } = resourceBody(body);
  const containers = [part("properties.containers"), part("properties.initContainers")].flat();
  const images = containers.map((container) => resourceBody(container).text("properties.image"));
  return {
    ...columns,
    images: images.filter((image) => image !== ""),
    credentials: part("properties.imageRegistryCredentials"),
    subnets: part("properties.subnetIds"),
  };
}
