import { app } from "@azure/functions";
import { z } from "zod";
import { report } from "../app/report.ts";
import type { Runtime } from "../app/runtime.ts";
import type { Format } from "../report/format.ts";
import * as catalog from "../report/index.ts";
import { answering } from "./answering.ts";
import { problem } from "./problem.ts";
import { queryOf } from "./query-of.ts";

const formats = new Map(Object.values(catalog).map((format: Format) => [format.name, format]));
const names = [...formats.keys()];

const Query = z.strictObject({
  format: z.enum(names, { error: `has to be ${names.join(" or ")}` }).default("json"),
});

export function registerReport(runtime: Runtime): void {
  app.http("report", {
    methods: ["GET"],
    route: "report",
    authLevel: "function",
    handler: answering(async (request) => {
      const query = Query.safeParse(queryOf(request));
      if (!query.success) return problem(400, "This report cannot be made", z.prettifyError(query.error));
      const format = formats.get(query.data.format) ?? catalog.json;
      const headers = { ...format.headers, "content-type": format.contentType };
      return { headers, body: format.render(await report(runtime)) };
    }),
  });
}
