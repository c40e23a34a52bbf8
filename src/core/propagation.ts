import type { Grant } from "./facts.ts";
import { scopeLevel } from "./scope.ts";

const minute = 60_000;
const hour = 60 * minute;

/** A grant that was made so lately that Azure may still answer as if it were not there. */
export interface Propagation {
  readonly grantId: string;
  readonly why: string;
  /** ISO time by which it has arrived everywhere. */
  readonly until: string;
}

/**
 * How long a grant may take to count: 10 minutes as a rule, hours for data actions granted above subscriptions, a day
 * for managed identities in groups.
 * https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected
 */
export function propagationOf(
  grant: Pick<Grant, "id" | "scope" | "changedOn">,
  {
    now,
    throughGroup,
    dataAction,
  }: { readonly now: Date; readonly throughGroup: boolean; readonly dataAction: boolean },
): Propagation | undefined {
  const changed = Date.parse(grant.changedOn ?? "");
  if (Number.isNaN(changed)) return undefined;
  const { lasts, why } = delayOf(grant.scope, throughGroup, dataAction);
  const until = new Date(changed + lasts);
  return until > now ? { grantId: grant.id, why, until: until.toISOString() } : undefined;
}

function delayOf(scope: string, throughGroup: boolean, dataAction: boolean) {
  if (throughGroup)
    return { lasts: 24 * hour, why: "what a managed identity is granted through a group takes up to a day" };
  const level = scopeLevel(scope);
  if (dataAction && (level === "managementGroup" || level === "root"))
    return { lasts: 12 * hour, why: "data actions granted above subscriptions take hours" };
  return { lasts: 10 * minute, why: "a new grant takes up to ten minutes" };
}
