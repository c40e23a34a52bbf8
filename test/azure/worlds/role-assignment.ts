import { guid } from "./guid.ts";

/** A role assignment of API version 2022-04-01 at any scope: `/`, a management group, a subscription or below. */
export function roleAssignmentBody({
  scope,
  role,
  principalId,
  principalType = "ServicePrincipal",
  name = guid(`${principalId} holds ${role} at ${scope.toLowerCase()}`),
  condition = null,
  description = null,
  createdOn = "2024-02-13T09:27:44.6120387Z",
  createdBy = guid("who made role assignments"),
  delegatedManagedIdentityResourceId = null,
}: RoleAssignmentOptions) {
  return {
    properties: {
      roleDefinitionId: role.startsWith("/") ? role : roleDefinitionId(scope, role),
      principalId,
      principalType,
      scope,
      condition,
      conditionVersion: condition === null ? null : "2.0",
      createdOn,
      updatedOn: createdOn,
      createdBy,
      updatedBy: createdBy,
      delegatedManagedIdentityResourceId,
      description,
    },
    id: `${scope === "/" ? "" : scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    type: "Microsoft.Authorization/roleAssignments",
    name,
  };
}

export interface RoleAssignmentOptions {
  readonly scope: string;
  /** The GUID of a role definition, or its whole id. */
  readonly role: string;
  readonly principalId: string;
  readonly principalType?: "User" | "Group" | "ServicePrincipal" | "ForeignGroup";
  /** The assignment's own GUID. */
  readonly name?: string;
  readonly condition?: string | null;
  readonly description?: string | null;
  readonly createdOn?: string;
  readonly createdBy?: string;
  readonly delegatedManagedIdentityResourceId?: string | null;
}

/** Azure prefixes the role with the scope's subscription; above subscriptions there is none, and the case differs. */
function roleDefinitionId(scope: string, role: string): string {
  const subscription = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0];
  return subscription === undefined
    ? `/providers/Microsoft.Authorization/RoleDefinitions/${role}`
    : `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
}
