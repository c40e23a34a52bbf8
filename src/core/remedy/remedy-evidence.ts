import { zoneNameOf } from "../network/host-names.ts";
import { pullRole } from "../permission.ts";
import { parseResourceId } from "../resource-id.ts";
import type { Evidence } from "../rule.ts";
import { kindNames } from "../workload-evidence.ts";
import { roleGuids } from "./grant/role-guids.ts";
import { taskRegistryOf } from "./login/task-registry.ts";
import { endpointEvidence } from "./network/endpoint-evidence.ts";
import type { RemedyInput } from "./remedy.ts";
import { siteEvidence } from "./site-names.ts";

/** The values of all names that templates use, as far as they are known. */
export function remedyEvidence(input: RemedyInput): Evidence {
  const { puller, registry, identity, facts } = input;
  const least = pullRole(registry.roleAssignmentMode);
  const where = parseResourceId(puller.id);
  const resource = where?.name ?? puller.name;
  return {
    ...facts,
    ...least,
    roleGuid: roleGuids[least.role],
    kind: kindNames[puller.kind],
    clientId: identity.clientId,
    registry: registry.name,
    registryId: registry.id,
    registrySubscription: registry.subscriptionId,
    loginServer: registry.loginServer,
    expectedZone: zoneNameOf(registry.loginServer),
    puller: resource,
    resource,
    taskName: resource,
    taskRegistry: taskRegistryOf(puller),
    tokenName: `${resource.replace(/[^A-Za-z0-9-]/g, "-").slice(0, 45)}-pull`,
    pullerId: puller.id,
    pullerConfigId: `${puller.id}/config/web`,
    integrationSubnet: "SUBNET_ID",
    ...(where && { pullerSubscription: where.subscriptionId, pullerGroup: where.resourceGroup }),
    ...(identity.principalId.known && { principalId: identity.principalId.value }),
    ...(identity.userName !== undefined && { userName: identity.userName }),
    ...siteEvidence(puller.id),
    ...endpointEvidence(input),
  };
}
