import type { Change } from "../core/reconcile.ts";
import type { HistoryEntry } from "./store.ts";

export function historyEntry({ kind, finding }: Change): HistoryEntry {
  return {
    fingerprint: finding.fingerprint,
    seq: finding.seq,
    kind,
    at: finding.changedAt,
    runId: finding.runId,
    severity: finding.severity,
    ruleId: finding.ruleId,
    subjectId: finding.subject.id,
    message: finding.message,
  };
}
