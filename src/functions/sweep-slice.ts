import { app } from "@azure/functions";
import { z } from "zod";
import type { Runtime } from "../app/runtime.ts";
import { sweepUnit } from "../app/sweep-unit.ts";
import { sliceQueueName } from "../store/slice-queue.ts";
import { SliceMessage } from "./slice-message.ts";

/** Looks at one slice. Whatever is thrown makes the host try again, and after the last attempt call `sweepPoison`. */
export function registerSweepSlice(runtime: Runtime): void {
  app.storageQueue("sweepSlice", {
    queueName: sliceQueueName,
    connection: "AzureWebJobsStorage",
    handler: async (entry, context) => {
      const message = SliceMessage.safeParse(entry);
      if (!message.success) {
        context.error("queue message dropped: it names no slice", { problem: z.prettifyError(message.error) });
        return;
      }
      const { runId, unitId } = message.data;
      const evaluations = await sweepUnit(runtime, runId, unitId);
      const unknown = evaluations.filter(({ outcome }) => outcome === "unknown").length;
      context.info("slice swept", { runId, unitId, evaluations: evaluations.length, unknown });
    },
  });
}
