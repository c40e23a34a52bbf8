import { missing } from "../core/collected.ts";
import type { PullIdentity, RegistryNeed } from "../core/facts.ts";
import { sameId } from "../core/resource-id.ts";

/** The tenants of the puller's subscription and of the registry's, where they are known. */
interface Subscribed {
  readonly puller: string | undefined;
  readonly registry: string | undefined;
}

/** A managed identity is of its subscription's tenant, a service principal of the directory that shows it. */
export function tenantsOf(
  { kind, tenant }: PullIdentity,
  { puller, registry }: Subscribed,
): Pick<RegistryNeed, "tenants"> {
  const principal = kind === "managedIdentity" ? puller : tenant?.id;
  return principal === undefined || registry === undefined ? {} : { tenants: { principal, registry } };
}

/**
 * Who logs in to a registry of another tenant: there an application that may sign in to several tenants has a service
 * principal of its own, whose object id and grants the directory of this one does not show.
 * https://learn.microsoft.com/entra/identity-platform/app-objects-and-service-principals
 */
export function acrossTenants(identity: PullIdentity, registryTenant: string | undefined): PullIdentity {
  const { tenant, clientId, fault: _, ...rest } = identity;
  if (!tenant || tenant.only || registryTenant === undefined || sameId(tenant.id, registryTenant)) return identity;
  const detail = `which service principal application ${clientId} has in tenant ${registryTenant} cannot be seen from tenant ${tenant.id}`;
  return { ...rest, tenant, clientId, principalId: missing({ fact: "puller", reason: "forbidden", detail }) };
}
