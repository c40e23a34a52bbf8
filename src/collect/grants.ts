import { z } from "zod";
import type { Connection } from "../azure/connection.ts";
import { AzureError } from "../azure/error.ts";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import { type Collected, missing } from "../core/collected.ts";
import type { Grant, Role } from "../core/facts.ts";
import type { Collector } from "./collector.ts";

const Row = z.object({
  id: z.string(),
  principalId: z.string(),
  principalType: z.string(),
  scope: z.string(),
  roleDefinitionId: z.string(),
  condition: z.string(),
  conditionVersion: z.string(),
  changedOn: z.string(),
});

/** A role assignment whose role is not resolved yet. */
export interface ListedGrant extends Omit<Grant, "role"> {
  readonly roleDefinitionId: string;
}

export interface GrantQuery {
  readonly scope: QueryScope;
  /** Which grants are worth their memory. */
  readonly keep: (grant: ListedGrant) => boolean;
}

/** Every role assignment in scope, those made at management groups and at the root above it included. */
export const grants: Collector<GrantQuery, readonly ListedGrant[]> = {
  id: "grants",
  permissions: { actions: ["Microsoft.Authorization/roleAssignments/read", "Microsoft.ResourceGraph/resources/read"] },
  read: (connection, { scope, keep }) => listGrants(connection, scope, "", keep),
};

/** Role assignments in scope that a `where` of KQL and `keep` leave. */
export async function listGrants(
  connection: Connection,
  scope: QueryScope,
  where: string,
  keep: GrantQuery["keep"],
): Promise<readonly ListedGrant[]> {
  const { rows, malformed } = await queryResourceGraph(connection, {
    ...scope,
    name: "role assignments",
    query: `authorizationresources
| where type =~ 'microsoft.authorization/roleassignments'
${where === "" ? "" : `${where}\n`}| project id, principalId = tostring(properties.principalId), principalType = tostring(properties.principalType), scope = tostring(properties.scope), roleDefinitionId = tostring(properties.roleDefinitionId), condition = tostring(properties.condition), conditionVersion = tostring(properties.conditionVersion), changedOn = tostring(coalesce(properties.updatedOn, properties.createdOn))
| order by id asc`,
    row: Row.transform(grantOf),
    above: true,
    keep,
  });
  const [broken] = malformed; // a grant that is lost could make an allow a deny
  if (broken) throw new AzureError("malformed", "query role assignments", `${broken.id}: ${broken.detail}`);
  return rows;
}

function grantOf({ condition, conditionVersion, changedOn, ...grant }: z.infer<typeof Row>): ListedGrant {
  return {
    ...grant,
    ...(condition !== "" && { condition }),
    ...(condition !== "" && conditionVersion !== "" && { conditionVersion }),
    ...(changedOn !== "" && { changedOn }),
  };
}

/** Resolves roles by the GUID that ends every form of a role definition's id. */
export function withRole(grant: ListedGrant, roles: ReadonlyMap<string, Collected<Role>>): Grant {
  const { roleDefinitionId, ...rest } = grant;
  const detail = `role definition ${roleDefinitionId} of ${grant.id} could not be read`;
  const role = roles.get(roleGuid(roleDefinitionId)) ?? missing({ fact: "role", reason: "notFound", detail });
  return { ...rest, role };
}

export function roleGuid(roleDefinitionId: string): string {
  return roleDefinitionId.toLowerCase().split("/").at(-1) ?? "";
}
