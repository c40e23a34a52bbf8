import type { Bystander, Puller, Registry, RegistryNeed } from "./facts.ts";
import { mayPull } from "./pull-permission.ts";
import { sameId } from "./resource-id.ts";

/** An identity of a workload, other than the one that pulls, that was granted what it needs of a registry. */
export function bystanderThatMayPull(
  { bystanders, identity: own }: Pick<Puller, "bystanders" | "identity">,
  need: RegistryNeed,
  registry: Registry,
): Bystander | undefined {
  const { principalId: pulling } = need.identity ?? own;
  return bystanders.find(({ principalId }) => {
    if (pulling.known && sameId(principalId, pulling.value)) return false;
    const grants = need.bystanderGrants.filter((grant) => sameId(grant.principalId, principalId));
    return mayPull(need, registry, { principalId, managedIdentity: true, grants }).answer === "allow";
  });
}
