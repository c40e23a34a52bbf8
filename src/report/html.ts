import type { Format } from "./format.ts";
import { page } from "./html/page.ts";

/** One file that loads nothing, for people: it works offline, printed, without scripts and on a phone. */
export const html: Format = {
  name: "html",
  contentType: "text/html; charset=utf-8",
  render: (report) => `${page(report)}\n`,
};
