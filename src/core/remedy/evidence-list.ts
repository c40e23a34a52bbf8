import type { EvidenceValue } from "../rule.ts";

/** What evidence lists; nothing where it has no list of that name. */
export function evidenceList(value: EvidenceValue | undefined): readonly string[] {
  return typeof value === "object" ? value : [];
}
