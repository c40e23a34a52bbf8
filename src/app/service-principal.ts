import type { Directory } from "../collect/directory.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import type { PullIdentity } from "../core/facts.ts";
import { allCredentials } from "./all-credentials.ts";
import { areOfOneTenant } from "./are-of-one-tenant.ts";

/**
 * A service principal that a workload logs in as, from its client id: who it is, and what it logs in with. One that is
 * not in the directory is gone only where the directory is that of everything which is looked at: what is delegated by
 * other tenants has principals of theirs.
 */
export function servicePrincipalOf(
  directory: Collected<Directory>,
  clientId: string,
  subscriptions: readonly { readonly tenantId: string }[],
): PullIdentity {
  const identity = { kind: "servicePrincipal", clientId } as const;
  if (!directory.known) return { ...identity, principalId: directory };
  const objectId = directory.value.objectIds.get(clientId.toLowerCase());
  const entry = objectId === undefined ? undefined : directory.value.servicePrincipals.get(objectId.toLowerCase());
  if (objectId === undefined || entry === undefined) {
    const detail = `service principal ${clientId} does not exist in this tenant`;
    const principalId = missing({ fact: "puller", reason: "notFound", detail });
    return { ...identity, principalId, ...(areOfOneTenant(subscriptions) && { fault: "deleted" }) };
  }
  const application = directory.value.applications.get(clientId.toLowerCase());
  return {
    ...identity,
    principalId: known(objectId),
    ...(!entry.principal.enabled && { fault: "disabled" as const }),
    credentials: allCredentials(entry, application?.credentials),
  };
}
