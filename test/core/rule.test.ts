import { expect, test } from "vitest";
import { atLeast, severities } from "../../src/core/rule.ts";

test("a severity counts from its own rank upward", () => {
  expect(severities.filter((severity) => atLeast(severity, "medium"))).toEqual(["medium", "high", "critical"]);
  expect(severities.every((severity) => atLeast(severity, "info"))).toBe(true);
});
