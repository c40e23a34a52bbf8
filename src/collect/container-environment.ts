import { getResource } from "../azure/resource.ts";
import type { Collector } from "./collector.ts";
import { ContainerAppRow, type ContainerEnvironment } from "./container-apps.ts";
import { resourceBody } from "./resource-body.ts";
import { shaped } from "./shaped.ts";

const apiVersion = "2025-07-01";

/** The environment of a container app as it is now: its network, and the identities that it lends. */
export const containerEnvironment: Collector<string, ContainerEnvironment> = {
  id: "container-environment",
  permissions: { actions: ["Microsoft.App/managedEnvironments/read"] },
  read: async (connection, id) => {
    const { columns, text } = resourceBody(await getResource(connection, id, apiVersion));
    const row = {
      identity: columns.identity,
      subnetId: text("properties.vnetConfiguration.infrastructureSubnetId"),
    };
    return shaped(ContainerAppRow.pick({ identity: true, subnetId: true }), row, `get ${id}`);
  },
};
