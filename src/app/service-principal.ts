import { known, missing } from "../core/collected.ts";
import type { PullIdentity } from "../core/facts.ts";
import { allCredentials } from "./all-credentials.ts";
import { areOfHomeTenant } from "./are-of-home-tenant.ts";
import type { Inventory } from "./inventory.ts";

/**
 * A service principal that a workload logs in as, from its client id: who it is, and what it logs in with. One that is
 * not in the directory is gone only where the directory is that of everything which is looked at.
 */
export function servicePrincipalOf(
  { directory, subscriptions: { subscriptions }, homeTenantId }: Inventory,
  clientId: string,
): PullIdentity {
  const identity = { kind: "servicePrincipal", clientId } as const;
  if (!directory.known) return { ...identity, principalId: directory };
  const objectId = directory.value.objectIds.get(clientId.toLowerCase());
  const entry = objectId === undefined ? undefined : directory.value.servicePrincipals.get(objectId.toLowerCase());
  if (objectId === undefined || entry === undefined) {
    const detail = `service principal ${clientId} does not exist in this tenant`;
    const principalId = missing({ fact: "puller", reason: "notFound", detail });
    return { ...identity, principalId, ...(areOfHomeTenant(subscriptions, homeTenantId) && { fault: "deleted" }) };
  }
  if (!entry.known) return { ...identity, principalId: entry };
  const { principal } = entry.value;
  const application = directory.value.applications.get(clientId.toLowerCase());
  return {
    ...identity,
    principalId: known(objectId),
    ...(!principal.enabled && { fault: "disabled" as const }),
    ...(homeTenantId !== undefined && { tenant: { id: homeTenantId, only: application?.singleTenant ?? false } }),
    credentials: allCredentials(entry.value, application?.credentials),
  };
}
