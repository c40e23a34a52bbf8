import { z } from "zod";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import type { RoleAssignmentMode } from "../core/facts.ts";
import type { Collector } from "./collector.ts";
import { roleAssignmentModeOf } from "./registry.ts";

/** A registry as Resource Graph lists it; its details are read from Resource Manager. */
export interface ListedRegistry {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly loginServer: string;
  readonly roleAssignmentMode?: RoleAssignmentMode;
}

export interface RegistryInventory {
  readonly registries: readonly ListedRegistry[];
  /** Listed, but not with what was asked for. */
  readonly malformed: readonly { readonly id: string; readonly detail: string }[];
}

const Row = z.object({
  id: z.string(),
  name: z.string(),
  subscriptionId: z.string(),
  loginServer: z.string(),
  roleAssignmentMode: z.string(),
});

/** Every registry in scope. */
export const registries: Collector<QueryScope, RegistryInventory> = {
  id: "registries",
  permissions: { actions: ["Microsoft.ContainerRegistry/registries/read", "Microsoft.ResourceGraph/resources/read"] },
  read: async (connection, scope) => {
    const { rows, malformed } = await queryResourceGraph(connection, {
      ...scope,
      name: "registries",
      query: `resources
| where type =~ 'microsoft.containerregistry/registries'
| project id, name, subscriptionId, loginServer = tostring(properties.loginServer), roleAssignmentMode = tostring(properties.roleAssignmentMode)
| order by id asc`,
      row: Row,
    });
    return {
      registries: rows.map(({ roleAssignmentMode, ...registry }) => {
        const mode = roleAssignmentModeOf(roleAssignmentMode);
        return {
          ...registry,
          subscriptionId: registry.subscriptionId.toLowerCase(),
          ...(mode && { roleAssignmentMode: mode }),
        };
      }),
      malformed,
    };
  },
};
