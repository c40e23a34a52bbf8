import type { Body, World } from "../world.ts";
import { builtInRole } from "./built-in-role.ts";
import { failedPulls, withLogs } from "./failed-pulls.ts";
import { identityOf } from "./identity-of.ts";
import { ids } from "./ids.ts";
import { loginEvent } from "./login-event.ts";
import { repositoryEvent } from "./repository-event.ts";
import { roleAssignmentBody } from "./role-assignment.ts";

/** What goes wrong: the nodes of `aks-telematics` pull from `nfplatform`, and somebody deletes the grant that lets them. */
export const outage = {
  cluster: "aks-telematics",
  registry: "nfplatform",
  registryId: ids.registries.platform,
} as const;

const identity = identityOf(ids.kubelets.telematics).clientId;
const place = {
  registryId: outage.registryId,
  workspaceId: ids.workspace.customerId,
  identity,
  callerIp: "20.61.18.7",
};
const grantOf = (createdOn?: string) =>
  roleAssignmentBody({
    role: builtInRole.acrPull,
    principalId: ids.kubeletPrincipals.telematics,
    scope: outage.registryId,
    ...(createdOn !== undefined && { createdOn }),
  });

/** The grant is gone, and the pulls since then fail. Their rows arrive later than they happen. */
export function outageBegins(world: World, times: readonly Date[], arrivesAfterMinutes = 0): World {
  const lost = grantOf().id.toLowerCase();
  const without = { ...world, roleAssignments: world.roleAssignments.filter(({ id }) => id.toLowerCase() !== lost) };
  return withLogs(without, failedPulls({ ...place, times, arrivesAfterMinutes }));
}

/** The grant is back since a moment, and the pulls after it work. */
export function outageEnds(world: World, grantedAt: Date, times: readonly Date[]): World {
  const grant = grantOf(grantedAt.toISOString().replace("Z", "1234Z"));
  const others = world.roleAssignments.filter(({ id }) => id.toLowerCase() !== grant.id.toLowerCase());
  const pull = { ...place, repository: "telematics/ingest", tag: "4.18.1", userTenantId: ids.tenantId };
  const rows = (make: (time: string) => Body): Body[] => times.map((time) => make(time.toISOString()));
  return withLogs(
    { ...world, roleAssignments: [...others, grant] },
    {
      ContainerRegistryLoginEvents: rows((time) => loginEvent({ ...place, time })),
      ContainerRegistryRepositoryEvents: rows((time) => repositoryEvent({ ...pull, time })),
    },
  );
}
