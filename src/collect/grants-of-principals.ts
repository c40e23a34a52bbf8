import { AzureError } from "../azure/error.ts";
import type { QueryScope } from "../azure/resource-graph.ts";
import type { Collector } from "./collector.ts";
import { type ListedGrant, listGrants } from "./grants.ts";

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Role assignments that name one of some principals; what they have through groups is not among them. */
export const grantsOfPrincipals: Collector<
  { readonly scope: QueryScope; readonly principalIds: readonly string[] },
  readonly ListedGrant[]
> = {
  id: "grants-of-principals",
  permissions: { actions: ["Microsoft.Authorization/roleAssignments/read", "Microsoft.ResourceGraph/resources/read"] },
  read: async (connection, { scope, principalIds }) => {
    const odd = principalIds.find((id) => !guid.test(id));
    if (odd !== undefined) throw new AzureError("malformed", "query role assignments", `${odd} is no object id`);
    if (principalIds.length === 0) return [];
    const where = `| where tostring(properties.principalId) in~ (${principalIds.map((id) => `'${id}'`).join(", ")})`;
    return listGrants(connection, scope, where, () => true);
  },
};
