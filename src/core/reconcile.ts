import { isDeepStrictEqual } from "node:util";
import type { Evaluation, Finding } from "./evaluate.ts";
import { severities } from "./rule.ts";

export type ResolvedReason = "fixed" | "notApplicable" | "subjectDeleted" | "outOfReach" | "ruleRetired" | "quiet";

/** A finding as stored: what was found, and since when. */
export interface StoredFinding extends Finding {
  readonly state: "open" | "resolved";
  readonly resolvedReason?: ResolvedReason;
  /** Its last change. */
  readonly change: ChangeKind;
  /** Counts its changes; history and outbox keys derive from it. */
  readonly seq: number;
  /** ISO times: first ever, and of the last change. */
  readonly firstSeen: string;
  readonly openedAt: string;
  readonly changedAt: string;
  /** The run that made the last change. */
  readonly runId: string;
}

export type ChangeKind = "opened" | "reopened" | "escalated" | "eased" | "stillOpen" | "resolved";

/** What one evaluation does to one finding. */
export interface Change {
  readonly kind: ChangeKind;
  readonly finding: StoredFinding;
  /** Nothing differs from what is stored, so nothing is written. */
  readonly unchanged: boolean;
}

export interface Moment {
  readonly runId: string;
  readonly at: string;
}

/**
 * What one evaluation changes in the stored findings of its rule and subject.
 *
 * Only a sweep that could have seen a finding may resolve it: what is undecided stays as it is.
 */
export function reconcile(stored: readonly StoredFinding[], evaluation: Evaluation, moment: Moment): readonly Change[] {
  const before = new Map(stored.map((finding) => [finding.fingerprint, finding]));
  const seen = new Set(evaluation.findings.map((finding) => finding.fingerprint));

  const present = evaluation.findings.map((finding) => observe(finding, before.get(finding.fingerprint), moment));
  const gone = stored
    .filter((finding) => finding.state === "open" && !seen.has(finding.fingerprint))
    .filter(({ about }) => evaluation.undecided !== "all" && !evaluation.undecided.includes(about))
    .map((finding) => resolve(finding, evaluation.outcome === "notApplicable" ? "notApplicable" : "fixed", moment));
  return [...present, ...gone];
}

/** Closes a finding whose subject or rule is known to exist no more. */
export function resolve(finding: StoredFinding, reason: ResolvedReason, { runId, at }: Moment): Change {
  return {
    kind: "resolved",
    unchanged: false,
    finding: {
      ...finding,
      state: "resolved",
      change: "resolved",
      resolvedReason: reason,
      seq: finding.seq + 1,
      changedAt: at,
      runId,
    },
  };
}

function observe(finding: Finding, before: StoredFinding | undefined, { runId, at }: Moment): Change {
  if (before === undefined) {
    const times = { firstSeen: at, openedAt: at, changedAt: at };
    return {
      kind: "opened",
      unchanged: false,
      finding: { ...finding, state: "open", change: "opened", seq: 1, ...times, runId },
    };
  }
  const { firstSeen, openedAt } = before;
  const changed = { ...finding, state: "open", seq: before.seq + 1, firstSeen, changedAt: at, runId } as const;
  if (before.state === "resolved") {
    return { kind: "reopened", unchanged: false, finding: { ...changed, change: "reopened", openedAt: at } };
  }
  const rise = severities.indexOf(finding.severity) - severities.indexOf(before.severity);
  if (rise !== 0) {
    const kind = rise > 0 ? "escalated" : "eased";
    return { kind, unchanged: false, finding: { ...changed, change: kind, openedAt } };
  }
  const { change, seq, changedAt, runId: changedBy } = before;
  const same: StoredFinding = {
    ...finding,
    state: "open",
    change,
    seq,
    firstSeen,
    openedAt,
    changedAt,
    runId: changedBy,
  };
  return { kind: "stillOpen", unchanged: isDeepStrictEqual(same, before), finding: same };
}
