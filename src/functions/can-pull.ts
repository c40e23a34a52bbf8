import { app } from "@azure/functions";
import { z } from "zod";
import { answerCanPull } from "../app/can-pull.ts";
import type { Runtime } from "../app/runtime.ts";
import { UnclearQuestionError } from "../app/unclear-question.ts";
import { answering } from "./answering.ts";
import { problem } from "./problem.ts";
import { queryOf } from "./query-of.ts";

const Query = z.strictObject({
  from: z.string().min(1).max(600),
  registry: z.string().min(1).max(600),
  repository: z.string().min(1).max(300).optional(),
});

export function registerCanPull(runtime: Runtime): void {
  app.http("canPull", {
    methods: ["GET"],
    route: "can-pull",
    authLevel: "function",
    handler: answering(async (request) => {
      const asked = Query.safeParse(queryOf(request));
      if (!asked.success) return problem(400, "This question cannot be answered", z.prettifyError(asked.error));
      try {
        return { jsonBody: await answerCanPull(runtime, asked.data) };
      } catch (error) {
        if (error instanceof UnclearQuestionError)
          return problem(404, "What is asked about is not clear", error.message);
        throw error;
      }
    }),
  });
}
