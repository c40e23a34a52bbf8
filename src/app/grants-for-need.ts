import { type Collected, known } from "../core/collected.ts";
import type { Bystander, Grant, RegistryNeed } from "../core/facts.ts";
import { covers } from "../core/scope.ts";
import type { GrantIndex } from "./grant-index.ts";
import { mayApplyTo } from "./may-apply-to.ts";

interface Asker {
  readonly registryId: string;
  /** Management groups above the registry; undefined where Resource Graph does not say them. */
  readonly ancestors: readonly string[] | undefined;
  /** Who pulls. */
  readonly principalId: Collected<string>;
  readonly bystanders: readonly Bystander[];
}

/** What was granted that a need is judged by: to who pulls, to groups of unknown members, and to bystanders. */
export function grantsForNeed(
  index: Collected<GrantIndex>,
  { registryId, ancestors, principalId, bystanders }: Asker,
): Pick<RegistryNeed, "grants" | "unreadGroups" | "bystanderGrants"> {
  if (!index.known) return { grants: index, unreadGroups: [], bystanderGrants: [] };
  const inScope = (grant: Grant) => covers(grant.scope, registryId, ancestors ?? []);
  const grantsOf = (id: string) => index.value.of(id);
  return {
    grants: principalId.known
      ? known(grantsOf(principalId.value).filter(mayApplyTo(registryId, ancestors)))
      : principalId,
    unreadGroups: index.value.unreadGroups.filter(inScope),
    bystanderGrants: bystanders.flatMap(({ principalId: id }) =>
      grantsOf(id)
        .filter(inScope)
        .map((grant) => ({ ...grant, principalId: id })),
    ),
  };
}
