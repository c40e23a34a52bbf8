import { guid } from "./guid.ts";

/** A deny assignment of API version 2022-04-01. It denies everyone unless principals are given. */
export function denyAssignmentBody({
  scope,
  denyAssignmentName,
  description = "",
  actions = [],
  notActions = [],
  dataActions = [],
  notDataActions = [],
  doNotApplyToChildScopes = false,
  principals = [{ id: "00000000-0000-0000-0000-000000000000", type: "SystemDefined" }],
  excludePrincipals = [],
  isSystemProtected = true,
  name = guid(`${denyAssignmentName} at ${scope.toLowerCase()}`),
  createdOn = "2024-05-21T06:50:12.9034415Z",
}: DenyAssignmentOptions) {
  const author = guid("who made deny assignments");
  return {
    properties: {
      denyAssignmentName,
      description,
      permissions: [{ actions, notActions, dataActions, notDataActions, condition: null, conditionVersion: null }],
      scope,
      doNotApplyToChildScopes,
      principals,
      excludePrincipals,
      isSystemProtected,
      createdOn,
      updatedOn: createdOn,
      createdBy: author,
      updatedBy: author,
    },
    id: `${scope === "/" ? "" : scope}/providers/Microsoft.Authorization/denyAssignments/${name}`,
    type: "Microsoft.Authorization/denyAssignments",
    name,
  };
}

export interface DenyAssignmentOptions {
  readonly scope: string;
  readonly denyAssignmentName: string;
  readonly description?: string;
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly dataActions?: readonly string[];
  readonly notDataActions?: readonly string[];
  readonly doNotApplyToChildScopes?: boolean;
  readonly principals?: readonly { readonly id: string; readonly type: string }[];
  readonly excludePrincipals?: readonly { readonly id: string; readonly type: string }[];
  readonly isSystemProtected?: boolean;
  readonly name?: string;
  readonly createdOn?: string;
}
