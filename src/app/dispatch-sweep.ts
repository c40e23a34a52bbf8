import { SettingsError } from "../settings.ts";
import { createSliceQueue } from "../store/slice-queue.ts";
import { finishRun } from "./finish-run.ts";
import { mapBounded } from "./map-bounded.ts";
import { scheduledRun } from "./run-id.ts";
import type { Runtime } from "./runtime.ts";
import { startSweep } from "./sweep.ts";

const sendConcurrency = 16;

/**
 * Starts the run of the schedule's last slot and puts one message on the queue for each unit that is not settled.
 *
 * Can run twice: whatever it had sent before it died is sent again, because the units say what is still to be done and
 * the queue does not.
 */
export async function dispatchSweep(runtime: Runtime): Promise<{ readonly runId: string; readonly units: number }> {
  const { settings, account, now } = runtime;
  if (!account) throw new SettingsError("AzureWebJobsStorage: a sweep on a schedule needs a storage account");
  const { runId, slot } = scheduledRun(settings.ACRAUDIT_SWEEP_SCHEDULE, now());
  const units = await startSweep(runtime, { runId, trigger: "timer", startedAt: slot });
  const queue = createSliceQueue(account);
  await queue.prepare();
  await mapBounded(units, sendConcurrency, ({ unitId }) => queue.enqueue({ runId, unitId }));
  if (units.length === 0) await finishRun(runtime, runId);
  return { runId, units: units.length };
}
