import { counted } from "../core/counted.ts";
import type { Evaluation } from "../core/evaluate.ts";
import type { GrantRow } from "../core/grant-row.ts";
import type { Delivery } from "../core/intent.ts";
import type { MatrixCell } from "../core/pull-matrix.ts";
import type { PullVerdict } from "../core/pull-reason.ts";
import type { StoredFinding } from "../core/reconcile.ts";
import { type Severity, severities } from "../core/rule.ts";
import type { CoverageGap, PairCounts, Run, UnitResult } from "../core/run.ts";

/** What every report format shows. Its JSON is the product's published shape: fields are added, never renamed. */
export interface Report {
  readonly schemaVersion: "1.0";
  readonly generatedAt: string;
  readonly product: { readonly name: "acr-auth-auditor"; readonly version: string };
  /** The last finished run; null before the first. */
  readonly run: Run | null;
  /** Finished runs, newest first. */
  readonly runs: readonly RunSummary[];
  /** Findings are kept after this process ends. */
  readonly keepsHistory: boolean;
  readonly summary: Summary;
  /** Open findings that hurt now, worst first. */
  readonly findings: readonly StoredFinding[];
  /** Open findings that will hurt on their `due`, the nearest first. */
  readonly upcoming: readonly StoredFinding[];
  /** What the last run resolved. */
  readonly resolved: readonly StoredFinding[];
  /** What was not looked at, and why. */
  readonly coverage: readonly CoverageGap[];
  /** Messages that their channel did not take, newest first. */
  readonly notTold: readonly NotTold[];
  /** What each workload comes to with each registry that it needs, and what grants allow beyond. */
  readonly matrix: PullMatrixReport;
  /** Every evaluation of the run, where they were asked for. */
  readonly evaluations?: readonly Evaluation[];
}

interface PullMatrixReport {
  readonly counts: Readonly<Record<PullVerdict, number>>;
  /** Those that cannot pull first, those of whom it is not known next. */
  readonly cells: readonly MatrixCell[];
  /** Cells that are left out here because they are many. */
  readonly omitted: number;
  /** Every workload with every registry, by what grants allow, needed or not; null where not enough is known. */
  readonly pairs: PairCounts | null;
  /** The same for each workload that grants can name; where there are many registries, what is granted comes first. */
  readonly grants: readonly GrantRow[];
}

/** A message that was given up, or is still tried. */
export interface NotTold {
  readonly channel: string;
  readonly state: "givenUp" | "retrying";
  /** ISO time of the message. */
  readonly since: string;
  readonly runId: string;
  readonly deliveryId: string;
  readonly attempts: number;
  readonly findings: number;
  /** Some of the subjects by name. */
  readonly names: readonly string[];
  /** What the last attempt came to. */
  readonly detail: string;
}

interface Summary {
  readonly open: Readonly<Record<Severity, number>>;
  readonly opened: number;
  readonly escalated: number;
  readonly resolved: number;
  readonly registries: number;
  readonly pullers: number;
  readonly principals: number;
  readonly subscriptions: number;
  /** Evaluations that could be decided, over all. Never a pass for what is unknown. */
  readonly decided: number;
  readonly evaluations: number;
}

export interface RunSummary {
  readonly runId: string;
  readonly startedAt: string;
  readonly opened: number;
  readonly resolved: number;
  readonly failures: number;
  readonly unknown: number;
}

export interface ReportInput {
  readonly now: Date;
  readonly version: string;
  readonly run: Run | undefined;
  readonly runs: readonly Run[];
  readonly results: readonly UnitResult[];
  readonly keepsHistory: boolean;
  readonly findings: readonly StoredFinding[];
  readonly undelivered?: readonly Delivery[];
  readonly evaluations?: readonly Evaluation[];
}

export function buildReport(input: ReportInput): Report {
  const { run, now, findings } = input;
  const open = findings.filter(({ state }) => state === "open").toSorted(worstFirst);
  const ahead = (finding: StoredFinding) => finding.due !== undefined && Date.parse(finding.due) > now.getTime();
  const ofThisRun = findings.filter((finding) => finding.runId === run?.runId);
  return {
    schemaVersion: "1.0",
    generatedAt: now.toISOString(),
    product: { name: "acr-auth-auditor", version: input.version },
    run: run ?? null,
    runs: input.runs.flatMap(summariseRun),
    keepsHistory: input.keepsHistory,
    summary: {
      open: countSeverities(open),
      opened: ofThisRun.filter(({ change }) => change === "opened" || change === "reopened").length,
      escalated: ofThisRun.filter(({ change }) => change === "escalated").length,
      resolved: ofThisRun.filter(({ change }) => change === "resolved").length,
      registries: run?.inventory.registries ?? 0,
      pullers: run?.inventory.pullers ?? 0,
      principals: run?.inventory.principals ?? 0,
      subscriptions: run?.inventory.subscriptions ?? 0,
      ...decided(input.results),
    },
    findings: open.filter((finding) => !ahead(finding)),
    upcoming: open.filter(ahead).toSorted((a, b) => (a.due ?? "").localeCompare(b.due ?? "")),
    resolved: ofThisRun.filter(({ state }) => state === "resolved").toSorted(worstFirst),
    coverage: [
      ...(run?.inventory.coverage ?? []),
      ...input.results.flatMap(({ coverage }) => coverage),
      ...unseen(input),
    ],
    notTold: (input.undelivered ?? []).map(notTold),
    matrix: matrixOf(input),
    ...(input.evaluations && { evaluations: input.evaluations.toSorted(bySubject) }),
  };
}

/** Cells that a report holds; a tenant has hundreds of workloads, few have more than this. */
const cellLimit = 5_000;
const worstAnswers: readonly PullVerdict[] = ["deny", "unknown", "allow"];

function matrixOf({ results, run }: ReportInput): PullMatrixReport {
  const cells = results
    .flatMap(({ matrix = [] }) => matrix)
    .toSorted(
      (a, b) =>
        worstAnswers.indexOf(a.answer) - worstAnswers.indexOf(b.answer) ||
        a.puller.localeCompare(b.puller) ||
        a.registry.localeCompare(b.registry),
    );
  const counts = { allow: 0, deny: 0, unknown: 0 };
  for (const { answer } of cells) counts[answer]++;
  return {
    counts,
    cells: cells.slice(0, cellLimit),
    omitted: Math.max(0, cells.length - cellLimit),
    pairs: run?.inventory.pairs ?? null,
    grants: results
      .flatMap(({ grantRows = [] }) => grantRows)
      .toSorted((a, b) => a.puller.localeCompare(b.puller) || a.pullerId.localeCompare(b.pullerId)),
  };
}

function notTold({ channel, state, createdAt, runId, id, attempts, findings, names, detail }: Delivery): NotTold {
  const shown = state === "dead" ? "givenUp" : "retrying";
  return { channel, state: shown, since: createdAt, runId, deliveryId: id, attempts, findings, names, detail };
}

function decided(results: readonly UnitResult[]): Pick<Summary, "decided" | "evaluations"> {
  let unknown = 0;
  let evaluations = 0;
  for (const { outcomes } of results) {
    unknown += outcomes.unknown;
    evaluations += outcomes.pass + outcomes.fail + outcomes.notApplicable + outcomes.unknown;
  }
  return { decided: evaluations - unknown, evaluations };
}

/** Open findings of subscriptions that the last run did not look at are not confirmed, and the report says so. */
function unseen({ run, results, findings }: ReportInput): readonly CoverageGap[] {
  if (!run) return [];
  const looked = new Set(results.filter(({ state }) => state === "done").map(({ unitId }) => unitId));
  const open = findings.filter(({ state, subject }) => state === "open" && !looked.has(subject.partition));
  return [...Map.groupBy(open, ({ subject }) => subject.partition)].map(([partition, group]) => ({
    gap: {
      fact: "partition",
      reason: "notFound",
      detail: `the last sweep did not look at ${partition}; what is open there, ${counted(group.length, "finding")}, is as an earlier sweep left it`,
    },
    rules: [...new Set(group.map(({ ruleId }) => ruleId))],
    subjects: new Set(group.map(({ subject }) => subject.id)).size,
    names: [...new Set(group.map(({ subject }) => subject.name))].slice(0, 10),
  }));
}

function summariseRun({ runId, startedAt, totals }: Run): RunSummary[] {
  if (!totals) return [];
  const { opened, reopened, resolved } = totals.changes;
  return [
    {
      runId,
      startedAt,
      opened: opened + reopened,
      resolved,
      failures: totals.outcomes.fail,
      unknown: totals.outcomes.unknown,
    },
  ];
}

function countSeverities(findings: readonly StoredFinding[]): Summary["open"] {
  const counts = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

function worstFirst(a: StoredFinding, b: StoredFinding): number {
  const severity = severities.indexOf(b.severity) - severities.indexOf(a.severity);
  return (
    severity ||
    a.ruleId.localeCompare(b.ruleId) ||
    a.subject.name.localeCompare(b.subject.name) ||
    a.about.localeCompare(b.about)
  );
}

/** Slices end in any order; a list of everything has one. */
function bySubject(a: Evaluation, b: Evaluation): number {
  const [one, other] = [a.subject, b.subject];
  return one.kind.localeCompare(other.kind) || one.id.localeCompare(other.id) || a.ruleId.localeCompare(b.ruleId);
}
