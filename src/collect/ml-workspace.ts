import { getResource } from "../azure/resource.ts";
import type { ListedWorkload } from "../core/workload.ts";
import type { Collector } from "./collector.ts";
import { MlWorkspaceRow, mlWorkspaceOf } from "./ml-workspaces.ts";
import { resourceBody } from "./resource-body.ts";
import { shaped } from "./shaped.ts";

const apiVersion = "2024-10-01";

/** One Machine Learning workspace as it is now: Resource Graph, which lists all of them, is minutes behind. */
export const mlWorkspace: Collector<string, ListedWorkload> = {
  id: "ml-workspace",
  permissions: { actions: ["Microsoft.MachineLearningServices/workspaces/read"] },
  read: async (connection, id) => {
    const { columns, text } = resourceBody(await getResource(connection, id, apiVersion));
    const row = {
      ...columns,
      registryId: text("properties.containerRegistry"),
      primaryIdentity: text("properties.primaryUserAssignedIdentity"),
    };
    return mlWorkspaceOf(shaped(MlWorkspaceRow, row, `get ${id}`));
  },
};
