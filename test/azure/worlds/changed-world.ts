import { z } from "zod";
import type { World } from "../world.ts";
import { builtInRole } from "./built-in-role.ts";
import { daysAfter } from "./days-after.ts";
import { ids } from "./ids.ts";
import { roleAssignmentBody } from "./role-assignment.ts";

/**
 * The default world after somebody worked on it: three things differ.
 *
 * - Fixed: the admin user of `nfbilling` is off. The container app that logs in as it can no longer pull.
 * - Fixed: the kubelet identity of `aks-dispatch` got AcrPull on `nfdispatch`, a day ago, so it has long taken effect.
 * - Broken: the kubelet identity of `aks-tracking` lost its AcrPull on `nftracking`.
 */
export function changedWorld(world: World, now: Date): World {
  const dispatchGrant = roleAssignmentBody({
    role: builtInRole.acrPull,
    principalId: ids.kubeletPrincipals.dispatch,
    scope: ids.registries.dispatch,
    createdOn: daysAfter(now, -1).replace("Z", ".3108842Z"),
  });
  return {
    ...world,
    resources: world.resources.map((resource) =>
      resource.id === ids.registries.billing ? withoutAdminUser(resource) : resource,
    ),
    roleAssignments: [...world.roleAssignments.filter(({ id }) => id !== trackingGrant.id), dispatchGrant],
  };
}

const trackingGrant = roleAssignmentBody({
  role: builtInRole.acrPull,
  principalId: ids.kubeletPrincipals.tracking,
  scope: ids.registries.tracking,
});

function withoutAdminUser(resource: World["resources"][number]): World["resources"][number] {
  const { properties } = z.looseObject({ properties: z.looseObject({}) }).parse(resource);
  return { ...resource, properties: { ...properties, adminUserEnabled: false } };
}
