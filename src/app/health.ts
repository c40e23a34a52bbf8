import { setTimeout as sleep } from "node:timers/promises";
import { AzureError } from "../azure/error.ts";
import type { Run } from "../core/run.ts";
import { scheduledRun } from "./run-id.ts";
import type { Runtime } from "./runtime.ts";

/** Whether the auditor does its work. Says nothing of what it found: whoever asks need not be signed in. */
export interface Health {
  readonly status: "healthy" | "unhealthy";
  readonly storage: "reachable" | "unreachable";
  /** `overdue`: neither the last slot of the schedule nor the one before it has ended in a finished sweep. */
  readonly sweeps: "onTime" | "overdue" | "noneYet" | "unknown";
  readonly lastFinished: { readonly finishedAt: string; readonly ageSeconds: number } | null;
  /** Why the storage is not reachable, for the log alone. */
  readonly error?: AzureError;
}

const runsRead = 10;
const patienceInMs = 5000;

export async function health(runtime: Runtime, patience = patienceInMs): Promise<Health> {
  const runs = await latestRuns(runtime, patience);
  if (runs instanceof AzureError) {
    return { status: "unhealthy", storage: "unreachable", sweeps: "unknown", lastFinished: null, error: runs };
  }
  const sweeps = punctuality(runtime, runs);
  const finishedAt = runs.find((run) => run.finishedAt !== undefined)?.finishedAt;
  const ageOf = (time: string) => Math.round((runtime.now().getTime() - Date.parse(time)) / 1000);
  return {
    status: sweeps === "overdue" ? "unhealthy" : "healthy",
    storage: "reachable",
    sweeps,
    lastFinished: finishedAt === undefined ? null : { finishedAt, ageSeconds: ageOf(finishedAt) },
  };
}

async function latestRuns({ store }: Runtime, patience: number): Promise<readonly Run[] | AzureError> {
  const operation = "list runs";
  const late = new AbortController();
  try {
    return await Promise.race([
      store.runs.latest(runsRead),
      sleep(patience, undefined, { signal: late.signal, ref: false }).then(() => {
        throw new AzureError("unreachable", operation, `the storage account does not answer within ${patience} ms`);
      }),
    ]);
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
    return error.reason === "notFound" ? [] : error; // no table before the first sweep
  } finally {
    late.abort();
  }
}

function punctuality({ settings, now }: Runtime, runs: readonly Run[]): Health["sweeps"] {
  if (runs.length === 0) return "noneYet";
  const { slot } = scheduledRun(settings.ACRAUDIT_SWEEP_SCHEDULE, now());
  const before = scheduledRun(settings.ACRAUDIT_SWEEP_SCHEDULE, new Date(slot.getTime() - 2000)).slot;
  const isOld = ({ startedAt }: Run) => Date.parse(startedAt) < before.getTime();
  const finished = runs.filter(({ finishedAt }) => finishedAt !== undefined);
  if (finished.length === 0) return runs.some(isOld) ? "overdue" : "noneYet";
  return finished.every(isOld) ? "overdue" : "onTime";
}
