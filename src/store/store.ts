import type { Change, ChangeKind, StoredFinding } from "../core/reconcile.ts";
import type { Severity } from "../core/rule.ts";
import type { Run, Unit, UnitResult } from "../core/run.ts";
import type { Slice } from "../core/slice.ts";

/** Findings of one partition as they were when they were read. */
export interface LoadedFindings {
  readonly findings: readonly StoredFinding[];
  /** Versions by fingerprint; a commit fails where somebody else was faster. */
  readonly versions: ReadonlyMap<string, string>;
}

export interface HistoryEntry {
  readonly fingerprint: string;
  readonly seq: number;
  readonly kind: ChangeKind;
  readonly at: string;
  readonly runId: string;
  readonly severity: Severity;
  readonly ruleId: string;
  readonly subjectId: string;
  readonly message: string;
}

export interface Findings {
  load(partition: string): Promise<LoadedFindings>;
  /**
   * Writes what changed, history before findings, so that a process that dies between the two leaves an entry that the
   * next sweep overwrites with the same key. A conflict wrote nothing that counts: load and reconcile again.
   */
  commit(partition: string, loaded: LoadedFindings, changes: readonly Change[]): Promise<"committed" | "conflict">;
  list(filter: { readonly state?: StoredFinding["state"] }): Promise<readonly StoredFinding[]>;
  history(finding: StoredFinding): Promise<readonly HistoryEntry[]>;
}

export interface Runs {
  /** Writes the units, then the run itself: a run that is there has all its units. */
  start(run: Run, units: readonly Unit[]): Promise<void>;
  get(runId: string): Promise<Run | undefined>;
  /** Newest first. */
  latest(count: number): Promise<readonly Run[]>;
  unit(runId: string, unitId: string): Promise<Unit | undefined>;
  /** Units that are not settled, at most so many. */
  pending(runId: string, limit?: number): Promise<readonly Unit[]>;
  settle(runId: string, result: UnitResult): Promise<void>;
  results(runId: string): Promise<readonly UnitResult[]>;
  finish(run: Run): Promise<void>;
}

export interface Slices {
  write(runId: string, slice: Slice): Promise<void>;
  read(runId: string, unitId: string): Promise<Slice>;
}

/** Where a sweep keeps what it found. Every call throws an AzureError when the storage does not answer. */
export interface Store {
  /** False: everything is forgotten when the process ends. */
  readonly lasting: boolean;
  readonly findings: Findings;
  readonly runs: Runs;
  readonly slices: Slices;
  /** Makes tables and containers that are not there yet. */
  prepare(): Promise<void>;
}
