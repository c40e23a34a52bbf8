import type { Puller, PullIdentity } from "./facts.ts";
import type { Vantage } from "./network/vantage.ts";

/**
 * Where a puller stands when it logs in to one registry: it may log in to each in its own way, and only a managed identity is
 * let past network rules, of a task only its system-assigned one.
 * https://learn.microsoft.com/azure/container-registry/allow-access-trusted-services
 * https://learn.microsoft.com/azure/container-registry/manage-network-bypass-policy-for-tasks
 */
export function askingAs(vantage: Vantage, { kind }: Pick<Puller, "kind">, identity: PullIdentity): Vantage {
  const managed = identity.kind === "managedIdentity";
  const own = kind !== "acrTask" || identity.resourceId === undefined;
  return { ...vantage, managedIdentity: managed && own, ...(managed && !own && { perhapsTrusted: true }) };
}
