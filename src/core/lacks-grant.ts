import type { PullAnswer } from "./can-pull.ts";
import type { Reason } from "./permission.ts";
import type { PullReason } from "./pull-reason.ts";

type GrantReason =
  | Exclude<Reason, "allowed" | "allowed-with-condition">
  | "not-attached"
  | "granted-to-other-identity"
  | "not-its-registry";

/** Whether a grant, one more or one that is counted, would end it. */
const lacking: Readonly<Record<GrantReason, boolean>> = {
  "no-grant": true,
  "not-attached": true,
  "granted-to-other-identity": true,
  "not-its-registry": true,
  "abac-ignores-role": true,
  "legacy-ignores-role": true,
  "condition-excludes-repository": true,
  "other-tenant": true,
  "repository-not-named": true,
  "condition-not-understood": true,
  "mode-not-known": true,
  "role-not-known": true,
  "groups-not-known": true,
  "grants-not-known": false, // there may be one
  "denied-by-deny-assignment": false, // takes away whatever is granted
  "denials-not-known": false,
};

const byReason: Partial<Readonly<Record<PullReason, boolean>>> = lacking;

/** Whether somebody cannot pull, or only perhaps, for lack of a grant, whatever else stands in the way. */
export function lacksGrant({ reason, also }: Pick<PullAnswer, "reason" | "also">): boolean {
  return [reason, ...also].some((one) => byReason[one] === true);
}
