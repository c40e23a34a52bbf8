import { z } from "zod";
import { listRoleAssignments } from "../azure/authorization.ts";
import { AzureError } from "../azure/error.ts";
import type { Collector } from "./collector.ts";
import type { ListedGrant } from "./grants.ts";

const Body = z.object({
  id: z.string(),
  principalId: z.string(),
  principalType: z.string().nullish(),
  scope: z.string(),
  roleDefinitionId: z.string(),
  condition: z.string().nullish(),
  conditionVersion: z.string().nullish(),
  updatedOn: z.date().nullish(),
});

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
  read: async (connection, { resourceId, principalId }) => {
    const parsed = z.array(Body).safeParse(await listRoleAssignments(connection, resourceId, principalId));
    if (!parsed.success)
      throw new AzureError("malformed", `list role assignments at ${resourceId}`, z.prettifyError(parsed.error));
    return parsed.data.map(grantOf);
  },
};

function grantOf({
  principalType,
  condition,
  conditionVersion,
  updatedOn,
  ...grant
}: z.infer<typeof Body>): ListedGrant {
  return {
    ...grant,
    principalType: principalType ?? "",
    ...(condition && { condition }),
    ...(condition && conditionVersion && { conditionVersion }),
    ...(updatedOn && { changedOn: updatedOn.toISOString() }),
  };
}
