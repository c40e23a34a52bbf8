import { app } from "@azure/functions";
import { z } from "zod";
import type { Runtime } from "../app/runtime.ts";
import { failUnit } from "../app/sweep.ts";
import { AzureError } from "../azure/error.ts";
import { sliceQueueName } from "../store/slice-queue.ts";
import { SliceMessage } from "./slice-message.ts";

/**
 * Turns a slice that could not be looked at into a coverage gap. A poison queue has none of its own, so the host would
 * deliver a message that always fails again and again: what names no unit is dropped.
 */
export function registerSweepPoison(runtime: Runtime): void {
  app.storageQueue("sweepPoison", {
    queueName: `${sliceQueueName}-poison`,
    connection: "AzureWebJobsStorage",
    handler: async (entry, context) => {
      const message = SliceMessage.safeParse(entry);
      if (!message.success) {
        context.error("poison message dropped: it names no slice", { problem: z.prettifyError(message.error) });
        return;
      }
      const { runId, unitId } = message.data;
      try {
        await failUnit(runtime, runId, unitId, "sweepSlice failed every time it was tried; its log says why");
        context.error("slice given up", { runId, unitId });
      } catch (error) {
        if (!(error instanceof AzureError) || error.reason !== "notFound") throw error;
        context.error("poison message dropped: there is no such unit", { runId, unitId });
      }
    },
  });
}
