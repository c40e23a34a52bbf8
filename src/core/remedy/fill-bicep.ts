import { fill } from "../fill.ts";
import type { Evidence } from "../rule.ts";

/** Fills a template whose values stand in Bicep strings: names that others chose must not end the string. */
export function fillBicep(template: string, evidence: Evidence): string {
  const escaped = Object.entries(evidence).map(([name, value]) => {
    const text = typeof value === "object" ? value.join(", ") : String(value);
    return [
      name,
      text
        .replace(/[\\']/g, "\\$&")
        .replaceAll("${", "\\${")
        .replace(/[\r\n]/g, " "),
    ] as const;
  });
  return fill(template, Object.fromEntries(escaped));
}
