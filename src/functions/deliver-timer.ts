import { app } from "@azure/functions";
import { deliverDue } from "../app/deliver.ts";
import type { Runtime } from "../app/runtime.ts";

/** Sends what is to be told and was not yet: what just happened, and what a channel did not take before. */
export function registerDeliverTimer(runtime: Runtime): void {
  app.timer("deliverTimer", {
    schedule: "0 * * * * *",
    runOnStartup: false,
    handler: async (_timer, context) => {
      for (const { channel, sent, dead, waiting, error } of await deliverDue(runtime)) {
        if (sent > 0) context.info("messages sent", { channel, sent });
        if (waiting > 0) context.warn("message not taken, tried again later", { channel });
        if (dead > 0) context.error("messages given up; the report has them", { channel, dead });
        if (error)
          context.error("messages could not be sent", { channel, message: error.message, reason: error.reason });
      }
    },
  });
}
