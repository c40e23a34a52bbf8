import { createHash } from "node:crypto";

/** Which Azure a finding was made in: the same ids mean other things in another cloud or tenant. */
export interface Realm {
  readonly cloud: string;
  readonly tenantId: string;
}

/**
 * The identity of a finding over time: same rule, subject and part of it, same fingerprint.
 *
 * Only what never changes goes in; severity, texts and evidence may change without a new alert. ARM ids ignore case.
 */
export function fingerprint(realm: Realm, ruleId: string, subjectId: string, about: string): string {
  const parts = ["v1", realm.cloud, realm.tenantId, subjectId, ruleId, about];
  return createHash("sha256").update(parts.join("\n").toLowerCase()).digest("hex").slice(0, 32);
}
