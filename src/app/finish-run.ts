import type { RunTotals, UnitResult } from "../core/run.ts";
import { addUsage } from "../core/usage.ts";
import { deliverDue } from "./deliver.ts";
import { addCounts, addSeconds, noChanges, noOutcomes } from "./run-counts.ts";
import type { Runtime } from "./runtime.ts";

/**
 * Closes a run whose units are all settled, and tells of it. Whoever settles the last unit does it; doing it twice changes
 * nothing.
 */
export async function finishRun(runtime: Runtime, runId: string): Promise<void> {
  const { store, now } = runtime;
  if ((await store.runs.pending(runId, 1)).length > 0) return;
  const run = await store.runs.get(runId);
  if (!run || run.finishedAt !== undefined) return;

  const results = await store.runs.results(runId);
  const first: RunTotals = {
    failedUnits: 0,
    outcomes: noOutcomes,
    changes: noChanges,
    usage: run.inventory.usage,
    secondsByPhase: { inventory: run.inventory.seconds, collect: 0, evaluate: 0, store: 0 },
  };
  await store.runs.finish({ ...run, finishedAt: now().toISOString(), totals: results.reduce(addResult, first) });
  await deliverDue(runtime); // what fails here, the timer does
}

function addResult(totals: RunTotals, result: UnitResult): RunTotals {
  return {
    failedUnits: totals.failedUnits + (result.state === "failed" ? 1 : 0),
    outcomes: addCounts(totals.outcomes, result.outcomes),
    changes: addCounts(totals.changes, result.changes),
    usage: addUsage(totals.usage, result.usage),
    secondsByPhase: addSeconds(totals.secondsByPhase, result.seconds),
  };
}
