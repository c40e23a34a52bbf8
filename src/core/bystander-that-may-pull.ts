import type { Bystander, Puller, Registry, RegistryNeed } from "./facts.ts";
import { mayPull } from "./pull-permission.ts";
import { sameId } from "./resource-id.ts";

/** An identity of a workload that was granted what it needs of a registry, whichever it pulls with. */
export function bystanderThatMayPull(
  { bystanders }: Pick<Puller, "bystanders">,
  need: RegistryNeed,
  registry: Registry,
): Bystander | undefined {
  return bystanders.find(({ principalId }) => {
    const grants = need.bystanderGrants.filter((grant) => sameId(grant.principalId, principalId));
    return mayPull(need, registry, { principalId, managedIdentity: true, grants }).answer === "allow";
  });
}
