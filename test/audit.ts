import process from "node:process";
import { report } from "../src/app/report.ts";
import { commandRunId } from "../src/app/run-id.ts";
import { createRuntime, type Runtime } from "../src/app/runtime.ts";
import { sweepHere } from "../src/app/sweep.ts";
import type { Patience } from "../src/azure/connection.ts";
import type { Evaluation } from "../src/core/evaluate.ts";
import type { Report } from "../src/report/model.ts";
import { readSettings } from "../src/settings.ts";
import type { SimulatedAzure } from "./azure/simulate-azure.ts";
import { useAzure } from "./azure/use-azure.ts";
import type { World } from "./azure/world.ts";

/** The moment that tests live at, unless they say otherwise. */
export const someday = new Date("2026-11-21T09:00:00.000Z");

/** The official clients' retries, without their waits. */
const hasty: Patience = { maxRetries: 1, retryDelayInMs: 1, throttledRetries: 1, throttledDelayInMs: 1 };

/** The simulated Azure of this process, serving a world at a moment, without Resource Graph's quota. */
export function azureWith(world: World, now = someday, graphWorld?: World): Promise<SimulatedAzure> {
  return useAzure(world, { now: () => now, resourceGraphQuota: 100_000, ...(graphWorld && { graphWorld }) });
}

/** The product as it is wired in production, with what the environment of a test adds. */
export function auditor(env: Readonly<Record<string, string>> = {}, now = someday, patience = hasty): Runtime {
  const settings = readSettings({ IDENTITY_ENDPOINT: process.env.IDENTITY_ENDPOINT, ...env });
  return createRuntime(settings, { now: () => now, patience });
}

export interface Swept {
  readonly evaluations: readonly Evaluation[];
  readonly report: Report;
}

let sweeps = 0;

/** One sweep in this process, and the report after it. */
export async function sweep(runtime: Runtime): Promise<Swept> {
  const startedAt = new Date(runtime.now().getTime() + ++sweeps); // each sweep is later than the one before
  const runId = commandRunId(startedAt);
  const evaluations: Evaluation[] = [];
  await sweepHere(
    runtime,
    { runId, trigger: "command", startedAt },
    { onEvaluations: (seen) => void evaluations.push(...seen) },
  );
  const result = await report(runtime, evaluations);
  return { evaluations: result.evaluations ?? [], report: result };
}
