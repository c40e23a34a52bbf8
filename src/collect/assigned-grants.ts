import { listRoleAssignments } from "../azure/authorization.ts";
import type { Collector } from "./collector.ts";
import type { ListedGrant } from "./grants.ts";
import { grantsIn } from "./grants-in.ts";

/**
 * What Resource Manager itself says that a principal is granted at a resource, through groups too.
 *
 * Resource Graph is minutes behind and leaves out what the identity may not read; no finding rests on it alone.
 */
export const assignedGrants: Collector<
  { readonly resourceId: string; readonly principalId: string },
  readonly ListedGrant[]
> = {
  id: "assigned-grants",
  permissions: { actions: ["Microsoft.Authorization/roleAssignments/read"] },
  read: async (connection, { resourceId, principalId }) =>
    grantsIn(await listRoleAssignments(connection, resourceId, principalId), `list role assignments at ${resourceId}`),
};
