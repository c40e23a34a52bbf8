import { guid } from "./guid.ts";

/** A custom role of API version 2022-04-01, as read through the first scope it can be assigned at. */
export function roleDefinitionBody({
  roleName,
  description = "",
  assignableScopes,
  actions = [],
  notActions = [],
  dataActions = [],
  notDataActions = [],
  name = guid(`role ${roleName}`),
  createdOn = "2023-11-06T13:08:21.4417302Z",
}: RoleDefinitionOptions) {
  const author = guid("who made role definitions");
  return {
    properties: {
      roleName,
      type: "CustomRole",
      description,
      assignableScopes,
      permissions: [{ actions, notActions, dataActions, notDataActions }],
      createdOn,
      updatedOn: createdOn,
      createdBy: author,
      updatedBy: author,
    },
    id: `${assignableScopes[0]}/providers/Microsoft.Authorization/roleDefinitions/${name}`,
    type: "Microsoft.Authorization/roleDefinitions",
    name,
  };
}

export interface RoleDefinitionOptions {
  readonly roleName: string;
  readonly description?: string;
  readonly assignableScopes: readonly [string, ...string[]];
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly dataActions?: readonly string[];
  readonly notDataActions?: readonly string[];
  /** The role's GUID. */
  readonly name?: string;
  readonly createdOn?: string;
}
