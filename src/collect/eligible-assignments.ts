import { listEligibilities } from "../azure/authorization.ts";
import type { Collector } from "./collector.ts";
import type { ListedGrant } from "./grants.ts";
import { grantsIn } from "./grants-in.ts";

/**
 * Assignments that a principal, or a group that it is in, is eligible for, in the shape of the grants that they would be
 * once they are activated. Unverified: whether the list of a resource holds those of every scope above it.
 */
export const eligibleAssignments: Collector<
  { readonly resourceId: string; readonly principalId: string },
  readonly ListedGrant[]
> = {
  id: "eligible-assignments",
  permissions: { actions: ["Microsoft.Authorization/roleEligibilityScheduleInstances/read"] },
  read: async (connection, { resourceId, principalId }) =>
    grantsIn(
      await listEligibilities(connection, resourceId, principalId),
      `list eligible assignments at ${resourceId}`,
    ),
};
