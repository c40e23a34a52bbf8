import type { Format } from "./format.ts";
import { page } from "./html/page.ts";
import { contentSecurityPolicy } from "./html/policy.ts";

/** One file that loads nothing, for people: it works offline, printed, without scripts and on a phone. */
export const html: Format = {
  name: "html",
  contentType: "text/html; charset=utf-8",
  headers: {
    // the page says the same in itself, but only a header keeps other sites from framing it
    "content-security-policy": `${contentSecurityPolicy}; frame-ancestors 'none'`,
  },
  render: (report) => `${page(report)}\n`,
};
