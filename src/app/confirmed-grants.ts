import { assignedGrants } from "../collect/assigned-grants.ts";
import { collect } from "../collect/collector.ts";
import { roleGuid } from "../collect/grants.ts";
import { type Collected, known } from "../core/collected.ts";
import type { Grant } from "../core/facts.ts";
import type { PullerReads } from "./puller-reads.ts";
import { withRoles } from "./with-roles.ts";

/** Before anybody is told that a grant is missing, or that one at a management group counts, Resource Manager is asked. */
export async function confirmedGrants(
  resourceId: string,
  principalId: string,
  listed: readonly Grant[],
  { connection, roleOf }: Pick<PullerReads, "connection" | "roleOf">,
): Promise<Collected<readonly Grant[]>> {
  const assigned = await collect(assignedGrants, connection, { resourceId, principalId });
  if (!assigned.known) return assigned;
  const inHand = listed.flatMap(({ role: one }) => (one.known ? [[roleGuid(one.value.id), one] as const] : []));
  return known(await withRoles(assigned.value, roleOf, new Map(inHand)));
}
