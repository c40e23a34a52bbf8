import { z } from "zod";
import { getRoleDefinition, listRoleDefinitions } from "../azure/authorization.ts";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import type { Role } from "../core/facts.ts";
import type { Collector } from "./collector.ts";
import { shaped } from "./shaped.ts";

const PermissionBlock = z.object({
  actions: z.array(z.string()).nullish(),
  notActions: z.array(z.string()).nullish(),
  dataActions: z.array(z.string()).nullish(),
  notDataActions: z.array(z.string()).nullish(),
});

/** The client calls the type `roleType`, Resource Graph `type`. */
const Body = z.object({
  id: z.string(),
  roleName: z.string(),
  roleType: z.string().nullish(),
  permissions: z.array(PermissionBlock),
});

/** Custom roles of every subscription in scope. */
export const customRoles: Collector<QueryScope, readonly Role[]> = {
  id: "roles",
  permissions: { actions: ["Microsoft.Authorization/roleDefinitions/read", "Microsoft.ResourceGraph/resources/read"] },
  read: async (connection, scope) => {
    const { rows } = await queryResourceGraph(connection, {
      ...scope,
      name: "custom roles",
      query: `authorizationresources
| where type =~ 'microsoft.authorization/roledefinitions' and properties.type =~ 'CustomRole'
| project id, roleName = tostring(properties.roleName), roleType = tostring(properties.type), permissions = properties.permissions
| order by id asc`,
      row: Body,
      above: true,
    });
    return rows.map(roleOf);
  },
};

/** Built-in roles, and the custom ones that can be assigned in a subscription. Resource Graph omits built-in roles. */
export const rolesOfSubscription: Collector<string, readonly Role[]> = {
  id: "roles",
  permissions: { actions: ["Microsoft.Authorization/roleDefinitions/read"] },
  read: async (connection, subscriptionId) =>
    (await listRoleDefinitions(connection, subscriptionId)).flatMap((body) => {
      const parsed = Body.safeParse(body);
      return parsed.success ? [roleOf(parsed.data)] : []; // one that is missed is asked for by its id
    }),
};

/** One role by its id, wherever it is defined. */
export const role: Collector<string, Role> = {
  id: "roles",
  permissions: { actions: ["Microsoft.Authorization/roleDefinitions/read"] },
  read: async (connection, id) => {
    return roleOf(shaped(Body, await getRoleDefinition(connection, id), `get role definition ${id}`));
  },
};

function roleOf({ id, roleName, roleType, permissions }: z.infer<typeof Body>): Role {
  return {
    id,
    name: roleName,
    ...(roleType && { custom: roleType.toLowerCase() === "customrole" }),
    permissions: permissions.map(({ actions, notActions, dataActions, notDataActions }) => ({
      actions: actions ?? [],
      notActions: notActions ?? [],
      dataActions: dataActions ?? [],
      notDataActions: notDataActions ?? [],
    })),
  };
}
