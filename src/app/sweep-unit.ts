import type { Connection } from "../azure/connection.ts";
import { createMeter } from "../azure/meter.ts";
import { existence } from "../collect/existence.ts";
import type { Collected } from "../core/collected.ts";
import { type Evaluation, evaluate } from "../core/evaluate.ts";
import { reachNamesLimit, type Snapshot } from "../core/facts.ts";
import type { Realm } from "../core/fingerprint.ts";
import { loginFailing } from "../core/login-finding.ts";
import { cellsOf } from "../core/pull-matrix.ts";
import { type Change, type Moment, reconcile, resolve, type StoredFinding } from "../core/reconcile.ts";
import { parseResourceId } from "../core/resource-id.ts";
import type { CatalogRule, RuleContext } from "../core/rule.ts";
import type { UnitResult } from "../core/run.ts";
import type { Slice, SubscriptionSlice } from "../core/slice.ts";
import * as catalog from "../rules/index.ts";
import { collectSlice } from "./collect-slice.ts";
import { finishRun } from "./finish-run.ts";
import { reconcileStored } from "./reconcile-stored.ts";
import { remember } from "./remember.ts";
import { countChanges, countOutcomes, coverageOf, inventoryGap } from "./run-counts.ts";
import type { Runtime } from "./runtime.ts";

const rules: readonly CatalogRule[] = Object.values(catalog);

/**
 * Looks at one slice: collect, evaluate, reconcile, store. Can run twice: a settled unit is left alone, and changes
 * are written under keys that derive from the findings.
 */
export async function sweepUnit(runtime: Runtime, runId: string, unitId: string): Promise<readonly Evaluation[]> {
  const { store } = runtime;
  const run = await store.runs.get(runId);
  const unit = await store.runs.unit(runId, unitId);
  if (!run || !unit) throw new Error(`unit ${unitId} of run ${runId} was never written`);
  if (unit.state !== "pending") {
    await finishRun(runtime, runId);
    return [];
  }

  const meter = createMeter();
  const connection = runtime.connect(meter);
  const now = new Date(run.startedAt);
  const expiryTiers = runtime.settings.ACRAUDIT_EXPIRY_DAYS;
  const slice = await store.slices.read(runId, unitId);

  const times = [performance.now()];
  const { snapshots, gaps, idle } = await collectSlice(slice, { connection, now, watchDays: expiryTiers[0] });
  times.push(performance.now());
  const realm: Realm = { cloud: run.cloud, tenantId: slice.tenantId };
  const evaluations = evaluateAll(snapshots, { now, expiryTiers }, realm);
  const matrix = cellsOf(snapshots, now);
  times.push(performance.now());
  const changes = await reconcileAndStore(runtime, connection, { slice, idle }, evaluations, {
    runId,
    at: run.startedAt,
  });
  times.push(performance.now());

  const [collected = 0, evaluated = 0, stored = 0] = times
    .slice(1)
    .map((time, index) => (time - (times[index] ?? 0)) / 1000);
  const result: UnitResult = {
    unitId,
    name: slice.name,
    state: "done",
    outcomes: countOutcomes(evaluations),
    changes: countChanges(changes),
    coverage: [...[...slice.gaps, ...gaps].map(inventoryGap), ...coverageOf(evaluations)],
    usage: meter.usage(),
    seconds: { collect: collected, evaluate: evaluated, store: stored },
    ...(matrix.length > 0 && { matrix }),
    ...(slice.kind === "subscription" && slice.grantRows.length > 0 && { grantRows: slice.grantRows }),
  };
  await store.runs.settle(runId, result);
  await finishRun(runtime, runId);
  return evaluations;
}

function evaluateAll(snapshots: readonly Snapshot[], context: RuleContext, realm: Realm): readonly Evaluation[] {
  return snapshots.flatMap((snapshot) =>
    rules
      .filter(({ subject }) => subject === snapshot.subject.kind)
      .map((rule) => evaluate(rule, snapshot, context, realm)),
  );
}

type Exists = (id: string) => Promise<Collected<boolean>>;

async function reconcileAndStore(
  runtime: Runtime,
  connection: Connection,
  { slice, idle }: { readonly slice: Slice; readonly idle: readonly string[] },
  evaluations: readonly Evaluation[],
  moment: Moment,
): Promise<readonly Change[]> {
  const exists = remember(existence, connection);
  return reconcileStored(runtime, slice.id, async (loaded) => {
    const bySubject = Map.groupBy(loaded.findings, ({ subject, ruleId }) => `${subject.id.toLowerCase()}\n${ruleId}`);
    const present: Change[] = [];
    for (const evaluation of evaluations) {
      const stored = bySubject.get(`${evaluation.subject.id.toLowerCase()}\n${evaluation.ruleId}`) ?? [];
      present.push(...reconcile(await withoutHidden(exists, slice, stored, evaluation), evaluation, moment));
    }
    const gone = await goneSubjects(exists, { slice, idle }, loaded.findings, evaluations, moment);
    return [...present, ...gone];
  });
}

/**
 * Leaves out findings of a workload about registries that it does not seem to need any more, where that need may only be
 * hidden: in a subscription that was not looked at, behind a group that could not be read, or with a registry that does
 * not answer.
 */
async function withoutHidden(
  exists: Exists,
  slice: Slice,
  stored: readonly StoredFinding[],
  { subject, judged, undecided }: Evaluation,
): Promise<readonly StoredFinding[]> {
  if (subject.kind !== "puller" || slice.kind !== "subscription" || undecided === "all") return stored;
  const shown: StoredFinding[] = [];
  for (const finding of stored) {
    const { about, state } = finding;
    const registry = parseResourceId(about);
    const vanished =
      state === "open" && registry !== undefined && !judged.includes(about) && !undecided.includes(about);
    if (!vanished || (await isGone(exists, slice, about, registry.subscriptionId))) shown.push(finding);
  }
  return shown;
}

async function isGone(exists: Exists, slice: SubscriptionSlice, id: string, subscriptionId: string): Promise<boolean> {
  if (slice.hidesNeeds || (slice.sees !== "everything" && !slice.sees.includes(subscriptionId))) return false;
  return (await exists(id)).known;
}

/** Findings of subjects that the slice does not list any more: resolved only where that is certain. */
async function goneSubjects(
  exists: Exists,
  { slice, idle }: { readonly slice: Slice; readonly idle: readonly string[] },
  stored: readonly StoredFinding[],
  evaluations: readonly Evaluation[],
  moment: Moment,
): Promise<readonly Change[]> {
  const seen = new Set(evaluations.map(({ subject }) => subject.id.toLowerCase()));
  const open = stored.filter(({ state, subject }) => state === "open" && !seen.has(subject.id.toLowerCase()));
  const known = new Set([...rules.map(({ id }) => id), loginFailing]); // a sweep cannot see how logins go
  const retired = stored.filter(({ state, ruleId }) => state === "open" && !known.has(ruleId));
  const changes: Change[] = retired.map((finding) => resolve(finding, "ruleRetired", moment));
  const orphans = open.filter(({ ruleId }) => known.has(ruleId));
  if (slice.kind === "principals") {
    if (!slice.complete) return changes;
    const visible = new Set(slice.subscriptions);
    const gone = orphans.filter(({ evidence: { subscriptionIds: ids } }) => {
      const all = Array.isArray(ids) && (slice.sees === "everything" || ids.length < reachNamesLimit);
      return all && ids.every((id) => visible.has(id));
    });
    return [...changes, ...gone.map((finding) => resolve(finding, "outOfReach", moment))];
  }
  const still = new Set(idle);
  for (const [id, group] of Map.groupBy(orphans, ({ subject }) => subject.id)) {
    if (still.has(id.toLowerCase())) {
      changes.push(...group.map((finding) => resolve(finding, "notApplicable", moment)));
      continue;
    }
    const there = await exists(id);
    if (there.known && !there.value)
      changes.push(...group.map((finding) => resolve(finding, "subjectDeleted", moment)));
  }
  return changes;
}
