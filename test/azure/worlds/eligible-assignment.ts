import { guid } from "./guid.ts";

/** A role eligibility schedule instance of API version 2020-10-01: a role that somebody may activate. */
export function eligibleAssignmentBody({
  scope,
  role,
  principalId,
  principalType = "ServicePrincipal",
  condition = null,
}: EligibleAssignmentOptions) {
  const name = guid(`${principalId} may activate ${role} at ${scope.toLowerCase()}`);
  const provider = `${scope}/providers/Microsoft.Authorization`;
  const subscription = scope.split("/").slice(0, 3).join("/");
  return {
    properties: {
      scope,
      roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      principalId,
      principalType,
      status: "Provisioned",
      roleEligibilityScheduleId: `${provider}/RoleEligibilitySchedules/${guid(`schedule of ${name}`)}`,
      startDateTime: "2024-02-13T09:27:44.612Z",
      endDateTime: null,
      memberType: "Direct",
      condition,
      conditionVersion: condition === null ? null : "2.0",
      createdOn: "2024-02-13T09:27:44.612Z",
    },
    name,
    id: `${provider}/RoleEligibilityScheduleInstances/${name}`,
    type: "Microsoft.Authorization/RoleEligibilityScheduleInstances",
  };
}

export interface EligibleAssignmentOptions {
  /** A subscription or something in one. */
  readonly scope: string;
  /** The GUID of a role definition. */
  readonly role: string;
  readonly principalId: string;
  readonly principalType?: "User" | "Group" | "ServicePrincipal";
  readonly condition?: string | null;
}
