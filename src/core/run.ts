import type { Gap } from "./collected.ts";
import type { Outcome } from "./evaluate.ts";
import type { GrantRow } from "./grant-row.ts";
import type { MatrixCell } from "./pull-matrix.ts";
import type { PullVerdict } from "./pull-reason.ts";
import type { ChangeKind } from "./reconcile.ts";
import type { Usage } from "./usage.ts";

/** One sweep over everything in scope. */
export interface Run {
  /** Derives from the schedule slot or the moment of the command, so that a repeated start is the same run. */
  readonly runId: string;
  readonly trigger: "timer" | "command";
  readonly cloud: string;
  /** ISO times. */
  readonly startedAt: string;
  readonly finishedAt?: string;
  /** What was asked for, in words. */
  readonly scope: string;
  readonly units: number;
  readonly inventory: InventoryResult;
  /** Sums over the units, once all are settled. */
  readonly totals?: RunTotals;
}

interface InventoryResult {
  readonly subscriptions: number;
  readonly registries: number;
  readonly pullers: number;
  readonly principals: number;
  readonly seconds: number;
  readonly usage: Usage;
  readonly coverage: readonly CoverageGap[];
  /** All pairs of a workload and a registry, by what grants allow. Absent where not enough is known. */
  readonly pairs?: PairCounts;
}

export type PairCounts = Readonly<Record<PullVerdict, number>>;

export type OutcomeCounts = Readonly<Record<Outcome, number>>;
export type ChangeCounts = Readonly<Record<ChangeKind, number>>;

export interface RunTotals {
  readonly failedUnits: number;
  readonly outcomes: OutcomeCounts;
  readonly changes: ChangeCounts;
  readonly usage: Usage;
  readonly secondsByPhase: SecondsByPhase;
}

export interface SecondsByPhase {
  readonly inventory: number;
  readonly collect: number;
  readonly evaluate: number;
  readonly store: number;
}

/** What could not be known, for whom, and which rules it leaves undecided. */
export interface CoverageGap {
  readonly gap: Gap;
  readonly rules: readonly string[];
  readonly subjects: number;
  /** Some of them by name. */
  readonly names: readonly string[];
}

/** One slice of a run, and how far it is. */
export interface Unit {
  readonly unitId: string;
  readonly name: string;
  readonly state: "pending" | "done" | "failed";
}

/** What came of one slice. */
export interface UnitResult {
  readonly unitId: string;
  readonly name: string;
  readonly state: "done" | "failed";
  readonly outcomes: OutcomeCounts;
  readonly changes: ChangeCounts;
  readonly coverage: readonly CoverageGap[];
  readonly usage: Usage;
  readonly seconds: Omit<SecondsByPhase, "inventory">;
  /** What its pullers come to with the registries that they need. */
  readonly matrix?: readonly MatrixCell[];
  /** What grants make of them and every registry. */
  readonly grantRows?: readonly GrantRow[];
}
