import { z } from "zod";
import { AzureError } from "../azure/error.ts";
import { getResource } from "../azure/resource.ts";
import { parseResourceId } from "../core/resource-id.ts";
import type { Collector } from "./collector.ts";
import { shaped } from "./shaped.ts";

const Workspace = z.object({ properties: z.object({ customerId: z.guid() }) });

/** A workspace's own id, by which it is queried, from its ARM id. */
export const logWorkspace: Collector<string, string> = {
  id: "log-workspace",
  permissions: { actions: ["Microsoft.OperationalInsights/workspaces/read"] },
  read: async (connection, workspaceId) => {
    const name = `get workspace ${workspaceId}`;
    if (parseResourceId(workspaceId)?.type !== "microsoft.operationalinsights/workspaces")
      throw new AzureError("malformed", name, "this is not the id of a workspace");
    return shaped(Workspace, await getResource(connection, workspaceId, "2023-09-01"), name).properties.customerId;
  },
};
