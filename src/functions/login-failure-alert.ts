import { app } from "@azure/functions";
import { alertLimitInBytes, takeAlert } from "../app/login-failure-alert.ts";
import type { Runtime } from "../app/runtime.ts";
import { answering } from "./answering.ts";
import { problem } from "./problem.ts";

/** Takes the alerts of the action group, which tries again on 503 and gives up on 400 and 413. */
export function registerLoginFailureAlert(runtime: Runtime): void {
  app.http("loginFailureAlert", {
    methods: ["POST"],
    route: "alerts/login-failures",
    authLevel: "function",
    handler: answering(async (request, context) => {
      const announced = Number(request.headers.get("content-length") ?? 0);
      const body = announced > alertLimitInBytes ? undefined : await request.text();
      if (body === undefined || Buffer.byteLength(body) > alertLimitInBytes) {
        context.warn("alert refused", { why: "it is larger than an alert can be" });
        return problem(413, "This alert is not taken", `An alert has at most ${alertLimitInBytes} bytes.`);
      }
      const answer = await takeAlert(runtime, body);
      if (answer.kind === "refused") {
        context.warn("alert refused", { why: answer.why });
        return problem(400, "This alert is not taken", answer.why);
      }
      if (answer.kind === "ignored") context.info("alert ignored", { why: answer.why });
      else context.info("alert passed on", { registries: answer.registries.length });
      return { status: 202, jsonBody: answer };
    }),
  });
}
