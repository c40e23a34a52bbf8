import { getResource } from "../azure/resource.ts";
import type { Collector } from "./collector.ts";
import { resourceBody } from "./resource-body.ts";

const apiVersion = "2025-03-01-preview";

/** The subnet of an agent pool, in which tasks run; empty for a pool in none. */
export const agentPool: Collector<string, string> = {
  id: "agent-pool",
  permissions: { actions: ["Microsoft.ContainerRegistry/registries/agentPools/read"] },
  read: async (connection, id) =>
    resourceBody(await getResource(connection, id, apiVersion)).text("properties.virtualNetworkSubnetResourceId"),
};
