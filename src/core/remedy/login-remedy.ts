import type { Puller, RegistryNeed } from "../facts.ts";
import type { PullReason } from "../pull-reason.ts";
import type { Evidence } from "../rule.ts";
import { type PullRemedy, remedyFor } from "./remedy-for.ts";

/**
 * What ends a refused login of a workload, as `can-pull` says it, wherever in the network it stands; nothing where the
 * registry is not known, or where no single change ends it.
 */
export function loginRemedy(
  reason: PullReason,
  puller: Puller,
  need: RegistryNeed,
  facts: Evidence = {},
): PullRemedy | undefined {
  if (!need.registry.known) return undefined;
  return remedyFor(reason, {
    ...{ puller, need, registry: need.registry.value, identity: need.identity ?? puller.identity },
    ...{ facts, repositories: need.repositories ?? [], vantage: undefined },
  });
}
