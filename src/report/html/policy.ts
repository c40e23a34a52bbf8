import { createHash } from "node:crypto";
import { script } from "./script.ts";
import { style } from "./style.ts";

/** Nothing is loaded, and nothing runs but the one style sheet and the one script of the page. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src ${hashOf(style)}`,
  `script-src ${hashOf(script)}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
