import { app } from "@azure/functions";
import { health } from "../app/health.ts";
import type { Runtime } from "../app/runtime.ts";
import { answering } from "./answering.ts";

export function registerHealth(runtime: Runtime): void {
  app.http("health", {
    methods: ["GET"],
    route: "health",
    authLevel: "anonymous",
    handler: answering(async (_request, context) => {
      const { error, ...answer } = await health(runtime);
      if (error) context.error("storage is not reachable", { message: error.message, reason: error.reason });
      return { status: answer.status === "healthy" ? 200 : 503, jsonBody: answer };
    }),
  });
}
