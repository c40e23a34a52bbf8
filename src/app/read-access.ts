import type { Connection } from "../azure/connection.ts";
import { assignedGrants } from "../collect/assigned-grants.ts";
import { collect } from "../collect/collector.ts";
import { denials } from "../collect/denials.ts";
import { role } from "../collect/roles.ts";
import type { Caller, CallerAccess } from "../core/caller.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import { sameId } from "../core/resource-id.ts";
import { withGroupsOf } from "../core/scope.ts";
import type { RegistryPlace } from "./registry-place.ts";
import { remember } from "./remember.ts";
import { withRoles } from "./with-roles.ts";

/** What an id was granted and denied at the registry; a caller that is not known to the directory may still hold grants. */
export function createAccessReader(
  connection: Connection,
  { registryId, subscription }: RegistryPlace,
): (id: string, caller: Collected<Caller | null>) => Promise<Collected<CallerAccess>> {
  const denialsOf = remember(denials, connection);
  const roleOf = remember(role, connection);

  return async (id, caller) => {
    if (!caller.known) return caller;
    const tenants = caller.value?.tenantId.known && {
      principal: caller.value.tenantId.value,
      registry: subscription.tenantId,
    };
    if (caller.value && tenants && !sameId(tenants.principal, tenants.registry))
      return accessFromElsewhere(caller.value, tenants);
    const principalId = caller.value?.principalId ?? id; // a deleted principal leaves grants to its object id
    const assigned = await collect(assignedGrants, connection, { resourceId: registryId, principalId });
    if (!assigned.known && (caller.value !== null || assigned.gap.reason !== "notFound")) return assigned;
    const grants = await withRoles(assigned.known ? assigned.value : [], roleOf);
    const denied = await denialsOf(subscription.id);
    const listed = [...grants, ...(denied.known ? denied.value : [])];
    return known({ ancestors: withGroupsOf(subscription.ancestors ?? [], listed), grants, denials: denied });
  };
}

/** Whoever is no principal holds no grant. */
export const noAccess: CallerAccess = { ancestors: [], grants: [], denials: known([]) };

/** No grant of the registry can name an object id of another tenant; which other id a caller has is not to be seen. */
function accessFromElsewhere(
  { name, multiTenant }: Caller,
  tenants: NonNullable<CallerAccess["tenants"]>,
): Collected<CallerAccess> {
  if (!multiTenant) return known({ ...noAccess, tenants });
  const detail = `which service principal ${name} has in tenant ${tenants.registry} cannot be seen from tenant ${tenants.principal}`;
  return missing({ fact: "access", reason: "forbidden", detail });
}
