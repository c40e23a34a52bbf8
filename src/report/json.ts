import type { Format } from "./format.ts";

export const json: Format = {
  name: "json",
  contentType: "application/json; charset=utf-8",
  render: (report) => `${JSON.stringify(report, null, 2)}\n`,
};
