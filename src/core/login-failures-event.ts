import { createHash } from "node:crypto";

/** That logins to a registry failed in a window of time. Says which and when, never who: that is asked of the logs. */
export interface LoginFailuresDetected {
  readonly source: string;
  readonly registryId: string;
  /** ISO times. */
  readonly windowStart: string;
  readonly windowEnd: string;
}

export const loginFailuresEventType = "AcrAuthAuditor.LoginFailuresDetected";

/** The same window of the same registry is the same event, however often it is told. */
export function eventIdOf({ registryId, windowStart, windowEnd, source }: LoginFailuresDetected): string {
  const parts = [registryId.toLowerCase(), windowStart, windowEnd, source];
  return `sha256:${createHash("sha256").update(parts.join("|")).digest("hex")}`;
}
