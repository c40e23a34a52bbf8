import { app } from "@azure/functions";
import { sweepLoginFailures } from "../app/login-failure-sweep.ts";
import type { Runtime } from "../app/runtime.ts";

/** The safety net under the alerts: an action group stops calling after some retries. */
export function registerLoginFailureSweep(runtime: Runtime): void {
  app.timer("loginFailureSweep", {
    schedule: runtime.settings.ACRAUDIT_LOGIN_FAILURE_SCHEDULE,
    runOnStartup: false,
    handler: async ({ isPastDue }, context) => {
      const { gaps, ...counts } = await sweepLoginFailures(runtime);
      context.info("logs walked for failed logins", { ...counts, gaps: gaps.length, isPastDue });
      for (const { fact, reason, detail } of gaps)
        context.warn("failed logins may be missing", { fact, reason, detail });
    },
  });
}
