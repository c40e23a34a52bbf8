import type { Delivery, FindingRef, Intent, NoticeKind, Receipt } from "../core/intent.ts";
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
  /** Those of them that are stored, as they are now. */
  find(refs: readonly FindingRef[]): Promise<readonly StoredFinding[]>;
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

/** One thing that is to be done once, however often and by whomever it is asked for. */
export interface ClaimKey {
  /** `2026-11-21`: claims go by the day. */
  readonly day: string;
  readonly name: string;
}

export interface Claims {
  /** `taken`: the caller does it now. `busy`: somebody does, and his lease has not run out. `done`: it was done. */
  take(key: ClaimKey, lease: { readonly at: Date; readonly until: Date }): Promise<"taken" | "busy" | "done">;
  settle(key: ClaimKey): Promise<void>;
  /** Lets somebody else try. */
  release(key: ClaimKey): Promise<void>;
  /** Forgets claims of days before this one, some at a time. */
  prune(day: string): Promise<void>;
}

/** How far the logs of each workspace have been seen, by when rows arrived. */
export interface Watermarks {
  get(workspaceId: string): Promise<Date | undefined>;
  /** Never goes back. */
  advance(workspaceId: string, to: Date): Promise<void>;
}

/** An intent that is neither sent nor given up, as it was when it was read. */
export interface PendingIntent extends Intent {
  /** The message that it goes with. */
  readonly bound: (Said & { readonly delivery: string }) | undefined;
  /** What another message said before, of which nobody knows whether it arrived. */
  readonly maybe: Said | undefined;
  /** `*` where it does not matter: what is bound belongs to the holder of the lease. */
  readonly version: string;
}

/** What a message says of a finding, which may have changed since the intent. */
export interface Said {
  readonly kind: NoticeKind;
  readonly seq: number;
}

export interface StoredDelivery extends Delivery {
  readonly version: string;
}

/** What became of the intents of one finding. */
export interface Settlement {
  readonly intents: readonly PendingIntent[];
  readonly state: "sent" | "dead" | "dropped";
  /** What the channel has been told of the finding by this. */
  readonly receipt?: Receipt;
}

/**
 * What is to be told, what was, and to whom. Everybody writes intents; the rest is written by the holder of the channel's
 * lease alone.
 */
export interface Outbox {
  /**
   * Writes intents under keys that derive from their findings: one that was intended before stays as it is, unless its
   * change never came to be stored and is another now.
   */
  intend(intents: readonly Intent[]): Promise<void>;
  pending(channel: string): Promise<readonly PendingIntent[]>;
  /** Writes what intents are bound to. Returns those that nobody changed in the meantime. */
  bind(channel: string, intents: readonly PendingIntent[]): Promise<readonly PendingIntent[]>;
  delivery(channel: string, id: string): Promise<StoredDelivery | undefined>;
  /** Oldest first. */
  pendingDeliveries(channel: string): Promise<readonly StoredDelivery[]>;
  /** Writes a delivery that is still as it was read, or new. Undefined: somebody else was faster. */
  save(delivery: Delivery, version: string | undefined): Promise<StoredDelivery | undefined>;
  receipts(channel: string, fingerprints: readonly string[]): Promise<ReadonlyMap<string, Receipt>>;
  settle(channel: string, settlements: readonly Settlement[], at: Date): Promise<void>;
  /** Messages that were given up, or tried without success so far; newest first. */
  undelivered(channel: string): Promise<readonly Delivery[]>;
  /** Forgets what was settled before these times. */
  purge(channel: string, before: { readonly sent: Date; readonly dead: Date }): Promise<void>;
}

/** The right of one process to do something for a while. */
export interface Lease {
  /** Higher than that of every holder before. */
  readonly fence: number;
  /** False: somebody else has it now. */
  renew(until: Date): Promise<boolean>;
  release(): Promise<void>;
}

export interface Leases {
  /** Undefined while somebody else has it. */
  acquire(name: string, now: Date, until: Date): Promise<Lease | undefined>;
}

/** Where a sweep keeps what it found. Every call throws an AzureError when the storage does not answer. */
export interface Store {
  /** False: everything is forgotten when the process ends. */
  readonly lasting: boolean;
  readonly findings: Findings;
  readonly runs: Runs;
  readonly slices: Slices;
  readonly claims: Claims;
  readonly watermarks: Watermarks;
  readonly outbox: Outbox;
  readonly leases: Leases;
  /** Makes tables and containers that are not there yet, once for each process. */
  prepare(): Promise<void>;
}
