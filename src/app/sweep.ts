import type { Connection } from "../azure/connection.ts";
import { AzureError } from "../azure/error.ts";
import { createMeter } from "../azure/meter.ts";
import type { Evaluation } from "../core/evaluate.ts";
import type { Run, Unit } from "../core/run.ts";
import type { Slice } from "../core/slice.ts";
import { noUsage } from "../core/usage.ts";
import { cutSlices } from "./cut-slices.ts";
import { finishRun } from "./finish-run.ts";
import { grantMatrix } from "./grant-matrix.ts";
import type { Inventory } from "./inventory.ts";
import { mapBounded } from "./map-bounded.ts";
import { pullerSettings } from "./puller-settings.ts";
import { inventoryGap, noChanges, noOutcomes } from "./run-counts.ts";
import type { Runtime } from "./runtime.ts";
import { scopeOf } from "./scope-of.ts";
import { sweepUnit } from "./sweep-unit.ts";
import { assertVisible, takeInventory } from "./take-inventory.ts";

export interface SweepRequest {
  readonly runId: string;
  readonly trigger: Run["trigger"];
  /** The moment the whole run counts as: the slot of the schedule, or when the command started. */
  readonly startedAt: Date;
}

/**
 * Takes the inventory, cuts it into slices and writes them with their units.
 *
 * A run that was started before, and died, is taken up again: only its units that are not settled are returned.
 * Throws an AzureError when nothing can be seen.
 */
export async function startSweep(
  runtime: Runtime,
  request: SweepRequest,
  progress: Progress = quiet,
): Promise<readonly Unit[]> {
  const { store, settings } = runtime;
  await store.prepare();
  if ((await store.runs.get(request.runId)) !== undefined) {
    return store.runs.pending(request.runId);
  }

  const started = performance.now();
  const meter = createMeter();
  progress({ phase: "inventory", done: 0, total: 1, name: "Resource Graph and Microsoft Graph" });
  const { slices, size } = await cutTenant(runtime, runtime.connect(meter));
  await mapBounded(slices, 8, (slice) => store.slices.write(request.runId, slice));
  const units = slices.map(({ id, name }): Unit => ({ unitId: id, name, state: "pending" }));
  const seconds = (performance.now() - started) / 1000;
  const run: Run = {
    runId: request.runId,
    trigger: request.trigger,
    cloud: runtime.cloud.name,
    startedAt: request.startedAt.toISOString(),
    scope: describeScope(settings),
    units: units.length,
    inventory: { ...size, seconds, usage: meter.usage() },
  };
  await store.runs.start(run, units);
  progress({ phase: "inventory", done: 1, total: 1, name: `${run.inventory.registries} registries` });
  return units;
}

/** A function of its own, so that the inventory of a large tenant is let go of before the slices are written. */
async function cutTenant({ settings }: Runtime, connection: Connection) {
  const inventory = await takeInventory(connection, scopeOf(settings));
  assertVisible(inventory);
  const cut = cutSlices(inventory, pullerSettings(settings));
  const pairs = grantMatrix(inventory, cut);
  const slices = cut.map((slice): Slice => {
    const grantRows = pairs?.rows.get(slice.id);
    return slice.kind === "subscription" && grantRows ? { ...slice, grantRows } : slice;
  });
  return { slices, size: { ...sizeOf(inventory, slices), ...(pairs && { pairs: pairs.counts }) } };
}

function sizeOf(inventory: Inventory, slices: readonly Slice[]) {
  const { subscriptions, registries, clusters, directory, grants } = inventory;
  const parts = [registries, clusters, directory, grants].flatMap((part) => (part.known ? [] : [part.gap]));
  const principals = slices.find((slice) => slice.kind === "principals");
  return {
    subscriptions: subscriptions.subscriptions.length,
    registries: registries.known ? registries.value.registries.length + registries.value.malformed.length : 0,
    pullers: slices.reduce((sum, slice) => sum + (slice.kind === "subscription" ? slice.pullers.length : 0), 0),
    principals: principals?.principals.length ?? 0,
    coverage: [...subscriptions.gaps, ...parts, ...(grants.known ? grants.value.gaps : [])].map(inventoryGap),
  };
}

function describeScope({
  ACRAUDIT_SUBSCRIPTIONS: subscriptions,
  ACRAUDIT_MANAGEMENT_GROUPS: groups,
}: Runtime["settings"]): string {
  if (subscriptions?.length) return `subscriptions ${subscriptions.join(", ")}`;
  return groups?.length ? `management groups ${groups.join(", ")}` : "all subscriptions that the identity can read";
}

export type Progress = (step: {
  readonly phase: "inventory" | "slices";
  readonly done: number;
  readonly total: number;
  readonly name: string;
}) => void;

const quiet: Progress = () => {};

/**
 * Marks a slice as failed: what it would have said is a coverage gap from now on, and nothing of it is resolved.
 * A slice that was settled after all stays as it is.
 */
export async function failUnit(runtime: Runtime, runId: string, unitId: string, detail: string): Promise<void> {
  const { runs } = runtime.store;
  const unit = await runs.unit(runId, unitId);
  if (!unit) throw new AzureError("notFound", `fail ${unitId} of ${runId}`, "there is no such unit");
  if (unit.state !== "pending") {
    await finishRun(runtime, runId);
    return;
  }
  const gap = { fact: "slice", reason: "unreachable", detail: `${unit.name} was not looked at: ${detail}` } as const;
  await runs.settle(runId, {
    unitId,
    name: unit.name,
    state: "failed",
    outcomes: noOutcomes,
    changes: noChanges,
    coverage: [inventoryGap(gap)],
    usage: noUsage,
    seconds: { collect: 0, evaluate: 0, store: 0 },
  });
  await finishRun(runtime, runId);
}

/**
 * A whole sweep in this process, its slices a few at a time. Evaluations go to whoever wants to see them as they are
 * made; of a large tenant they are too many to keep.
 */
export async function sweepHere(
  runtime: Runtime,
  request: SweepRequest,
  { progress = quiet, onEvaluations = () => {} }: SweepWatchers = {},
): Promise<void> {
  const units = await startSweep(runtime, request, progress);
  let done = 0;
  await mapBounded(units, sliceConcurrency, async ({ unitId, name }) => {
    onEvaluations(await sweepUnit(runtime, request.runId, unitId));
    progress({ phase: "slices", done: ++done, total: units.length, name });
  });
  await finishRun(runtime, request.runId);
}

interface SweepWatchers {
  readonly progress?: Progress;
  readonly onEvaluations?: (evaluations: readonly Evaluation[]) => void;
}

const sliceConcurrency = 4;
