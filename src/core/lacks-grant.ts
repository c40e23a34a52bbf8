import type { PullAnswer } from "./can-pull.ts";
import type { PullReason } from "./pull-reason.ts";

/** Reasons that a grant, one more or one that is counted, would end. A deny assignment takes away whatever is granted. */
const lacking: ReadonlySet<PullReason> = new Set<PullReason>([
  "no-grant",
  "not-attached",
  "granted-to-other-identity",
  "not-its-registry",
  "abac-ignores-role",
  "legacy-ignores-role",
  "condition-excludes-repository",
  "other-tenant",
  "repository-not-named",
  "condition-not-understood",
  "mode-not-known",
  "role-not-known",
  "groups-not-known",
]);

/** Whether somebody cannot pull, or only perhaps, for lack of a grant, whatever else stands in the way. */
export function lacksGrant({ reason, also }: Pick<PullAnswer, "reason" | "also">): boolean {
  return [reason, ...also].some((one) => lacking.has(one));
}
