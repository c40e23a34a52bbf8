import { app } from "@azure/functions";
import { z } from "zod";
import { RefusedError } from "../app/diagnose-login.ts";
import { diagnoseOnRequest } from "../app/diagnose-request.ts";
import type { Runtime } from "../app/runtime.ts";
import { answering } from "./answering.ts";
import { problem } from "./problem.ts";

const Request = z.strictObject({
  registry: z.string().min(1).max(500),
  identity: z.string().max(256).optional(),
  status: z
    .string()
    .regex(/^\d{3}$/, { error: "has to be an HTTP status such as 401" })
    .optional(),
  error: z.string().max(10_000).optional(),
  hours: z.number().positive().max(720).default(24),
});

export function registerDiagnose(runtime: Runtime): void {
  app.http("diagnose", {
    methods: ["POST"],
    route: "diagnoses",
    authLevel: "function",
    handler: answering(async (request) => {
      const asked = Request.safeParse(await request.json().catch(() => undefined));
      if (!asked.success) return problem(400, "This diagnosis cannot be made", z.prettifyError(asked.error));
      try {
        return { jsonBody: await diagnoseOnRequest(runtime, asked.data) };
      } catch (error) {
        if (error instanceof RefusedError) return problem(404, "This registry is not looked after", error.message);
        throw error;
      }
    }),
  });
}
