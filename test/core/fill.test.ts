import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fill, fillCommand } from "../../src/core/fill.ts";

test("replaces each name by the evidence of that name", () => {
  const evidence = { name: "contoso", count: 2, on: true, names: ["a", "b"] };
  expect(fill("<name> has <count> of <names>: <on>.", evidence)).toBe("contoso has 2 of a, b: true.");
});

test("leaves a name without evidence, so that a test can see it", () => {
  expect(fill("<name> <constructor>", {})).toBe("<name> <constructor>");
});

test("does not fill what evidence itself holds, nor take it for a pattern", () => {
  expect(fill("<a><b>", { a: "<b>", b: "$& $1" })).toBe("<b>$& $1");
});

test.for([
  ["contoso", "contoso"],
  ["/subscriptions/a/resourceGroups/rg", "/subscriptions/a/resourceGroups/rg"],
  ["AcrPull", "AcrPull"],
  ["Container Registry Repository Reader", "'Container Registry Repository Reader'"],
  ["", "''"],
  ["it's", "'it'\\''s'"],
  ["$(reboot)", "'$(reboot)'"],
  ["~", "'~'"],
  ["a\nb", "'a\nb'"],
  ["größe", "'größe'"],
] as const)("fills %j into a command as %s", ([value, quoted]) => {
  expect(fillCommand("az x --name <value>", { value })).toBe(`az x --name ${quoted}`);
});

test("a shell gives back each value, letter by letter, and runs nothing of it", () => {
  const nasty = fc.string({
    unit: fc.constantFrom("'", '"', "\\", "$", "`", "(", ")", ";", "\n", "~", "*", "!", "#", " ", "a", "-"),
  });
  const value = fc.oneof(fc.string({ unit: "binary" }), nasty).map((text) => text.replaceAll("\0", ""));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), (values) => {
      const evidence = Object.fromEntries(values.map((one, index) => [`v${index}`, one]));
      const script = fillCommand(`printf '%s\\0' ${values.map((_, index) => `<v${index}>`).join(" ")}`, evidence);
      const { stdout, stderr } = spawnSync("sh", ["-c", script], { encoding: "utf8" });
      expect(stderr).toBe("");
      expect(stdout.split("\0").slice(0, -1)).toEqual(values);
    }),
    { numRuns: 40 },
  );
});
