import { getResource } from "../azure/resource.ts";
import type { ListedWorkload } from "../core/workload.ts";
import { type Collector, collect } from "./collector.ts";
import { ContainerAppRow, containerAppOf } from "./container-apps.ts";
import { containerEnvironment } from "./container-environment.ts";
import { resourceBody } from "./resource-body.ts";
import { shaped } from "./shaped.ts";

const apiVersion = "2025-07-01";

/** One container app or job and its environment as they are now: Resource Graph, which lists all, is minutes behind. */
export const containerApp: Collector<string, ListedWorkload> = {
  id: "container-app",
  permissions: {
    actions: ["Microsoft.App/containerApps/read", "Microsoft.App/jobs/read", "Microsoft.App/managedEnvironments/read"],
  },
  read: async (connection, id) => {
    const body = rowOf(await getResource(connection, id, apiVersion));
    const row = shaped(ContainerAppRow, body, `get ${id}`);
    return containerAppOf(row, await collect(containerEnvironment, connection, row.environmentId));
  },
};

/** What the query of `containerApps` projects. */
function rowOf(body: unknown): unknown {
  const { columns, part, text } = resourceBody(body);
  const containers = [part("properties.template.containers"), part("properties.template.initContainers")].flat();
  return {
    ...columns,
    images: containers.map((container) => resourceBody(container).text("image")).filter((image) => image !== ""),
    registries: part("properties.configuration.registries"),
    environmentId: text("properties.environmentId") || text("properties.managedEnvironmentId"),
    subnetId: "",
    outboundAddresses: part("properties.outboundIpAddresses"),
  };
}
