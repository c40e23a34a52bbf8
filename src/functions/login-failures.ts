import { app } from "@azure/functions";
import { reactToLoginFailures } from "../app/react.ts";
import type { Runtime } from "../app/runtime.ts";
import { AzureError } from "../azure/error.ts";
import { printable } from "../core/printable.ts";
import { readLoginFailuresEvent } from "./login-failures-event.ts";

/**
 * Looks at failed logins. Whatever is thrown makes Event Grid tell it again for a day, so that only what may pass is
 * thrown; what stays wrong is written down and let go.
 */
export function registerLoginFailures(runtime: Runtime): void {
  app.eventGrid("loginFailures", {
    handler: async (delivered: unknown, context) => {
      const read = readLoginFailuresEvent(delivered);
      if ("problem" in read) {
        context.error("event dropped: it tells of no failed logins", { problem: printable(read.problem) });
        return;
      }
      const registryId = printable(read.event.registryId);
      try {
        const reaction = await reactToLoginFailures(runtime, read.event);
        if (reaction.kind === "refused") context.error("event dropped", { registryId, why: reaction.why });
        else if (reaction.kind === "known") context.info("failed logins were looked at before", { registryId });
        else {
          const changes = reaction.changes.map(({ kind }) => kind);
          context.info("failed logins looked at", { registryId, logins: reaction.diagnoses.length, changes });
          for (const { fact, reason, detail } of reaction.gaps)
            context.warn("failed logins may be missing", { registryId, fact, reason, detail });
        }
      } catch (error) {
        if (!(error instanceof AzureError) || error.reason === "throttled" || error.reason === "unreachable")
          throw error;
        const { message, reason, requestId } = error;
        context.error("failed logins could not be looked at", { registryId, message, reason, requestId });
      }
    },
  });
}
