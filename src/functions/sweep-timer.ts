import { app } from "@azure/functions";
import { dispatchSweep } from "../app/dispatch-sweep.ts";
import type { Runtime } from "../app/runtime.ts";

/** Starts the sweep of a schedule slot. The host skips a failed slot unless it is told to try again. */
export function registerSweepTimer(runtime: Runtime): void {
  app.timer("sweepTimer", {
    schedule: "%ACRAUDIT_SWEEP_SCHEDULE%",
    runOnStartup: false,
    retry: {
      strategy: "exponentialBackoff",
      maxRetryCount: 5,
      minimumInterval: { minutes: 1 },
      maximumInterval: { minutes: 15 },
    },
    handler: async ({ isPastDue }, context) => {
      const { runId, units } = await dispatchSweep(runtime);
      context.info("sweep started", { runId, units, isPastDue });
    },
  });
}
