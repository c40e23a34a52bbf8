import { spawnSync } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Evaluation } from "../../src/core/evaluate.ts";
import { fillCommand } from "../../src/core/fill.ts";
import type { StoredFinding } from "../../src/core/reconcile.ts";
import { columnsOf } from "../../src/report/columns.ts";
import { renderTable } from "../../src/report/table.ts";
import { registryId, subscriptionId } from "../facts.ts";
import { reportOf } from "./sample-report.ts";
import { storedFinding } from "./stored-finding.ts";

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: "grapheme", maxLength: 200 }),
  fc.string({ unit: fc.constantFrom("\u00a0", "\u3000", "漢", "👩‍👩‍👧", "a", " ", "'", "\\", '"'), maxLength: 300 }),
  fc.string({ unit: fc.constantFrom("a", "b", " "), minLength: 80, maxLength: 400 }),
);

const finding: fc.Arbitrary<StoredFinding> = fc
  .record({ name: hostile, message: hostile, value: hostile, due: fc.constantFrom(undefined, "2026-04-01T00:00:00Z") })
  .map(({ name, message, value, due }) =>
    storedFinding({
      subject: { kind: "registry", id: registryId, name, partition: subscriptionId },
      message,
      remediation: { text: "", cli: fillCommand("az acr update --name <value> --admin-enabled false", { value }) },
      ...(due !== undefined && { due }),
    }),
  );

const evaluation: fc.Arbitrary<Evaluation> = fc.record({ name: hostile, text: hostile }).map(({ name, text }) => ({
  ruleId: "admin-user-enabled",
  subject: { kind: "registry", id: registryId, name, partition: subscriptionId },
  outcome: "unknown",
  message: text,
  evidence: { text, list: [text, text] },
  findings: [],
  gaps: [{ fact: "registry", reason: "forbidden", detail: text }],
  judged: [],
  undecided: "all",
}));

test("no line is longer than 100 columns, whatever names and messages hold", () => {
  const gaps = fc.array(
    hostile.map((detail) => ({ fact: "x", reason: "throttled", detail }) as const),
    { maxLength: 2 },
  );
  fc.assert(
    fc.property(
      fc.array(finding, { maxLength: 3 }),
      fc.array(evaluation, { maxLength: 2 }),
      gaps,
      (findings, all, unknown) => {
        const results = unknown.map((gap) => ({ gap, rules: [], subjects: 12, names: [gap.detail, "b"] }));
        const report = { ...reportOf(findings, { evaluations: all }), coverage: results };
        const lines = renderTable(report, { colour: true }).split("\n").map(stripVTControlCharacters);
        expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(100);
      },
    ),
  );
});

test("signs that are two columns wide count twice", () => {
  expect(["abc", "漢字", "é", "👍", "❤️"].map(columnsOf)).toEqual([3, 4, 1, 2, 2]);
});

const commandText = fc
  .array(fc.oneof(fc.string({ maxLength: 40 }), fc.string({ minLength: 60, maxLength: 250 }), hostile), {
    minLength: 1,
    maxLength: 6,
  })
  .map((values) => {
    const evidence = Object.fromEntries(values.map((value, index) => [`v${index}`, printableOnly(value)]));
    return fillCommand(`printf '%s\\0' ${values.map((_, index) => `--name <v${index}>`).join(" ")}`, evidence);
  });

test("a folded command is the command: a shell takes both apart in the same way", () => {
  fc.assert(
    fc.property(commandText, (cli) => {
      const shown = shownCommand(cli);
      expect(sh(shown.join("\n"))).toEqual(sh(cli));
      expect(Math.max(...shown.map(columnsOf))).toBeLessThanOrEqual(100);
    }),
    { numRuns: 60 },
  );
});

test("without its folds a command that needs no quotes is the command, letter by letter", () => {
  const word = fc.stringMatching(/^[\w./-]{1,150}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), (words) => {
      const joined = shownCommand(words.join(" ")).join("\n").replace(/\\\n/g, "");
      expect(joined.trim().replace(/ +/g, " ")).toBe(words.join(" "));
    }),
  );
});

test("a role name with spaces is not broken by a fold", () => {
  const cli = `az role assignment create --assignee-principal-type ServicePrincipal --role 'Container Registry Repository Reader' --scope ${registryId}`;
  const shown = shownCommand(cli);
  expect(shown.some((line) => line.includes("'Container Registry Repository Reader'"))).toBe(true);
  expect(shown.slice(0, -1).every((line) => line.endsWith("\\"))).toBe(true);
});

test("colours only when asked", () => {
  const report = reportOf([storedFinding()]);
  const plain = renderTable(report, { colour: false });
  expect(stripVTControlCharacters(plain)).toBe(plain);
  const coloured = renderTable(report, { colour: true });
  expect(coloured).not.toBe(plain);
  expect(stripVTControlCharacters(coloured)).toBe(plain);
});

test("shows what is wrong, what will break, what was resolved and what was not looked at", () => {
  const later = { due: "2026-03-20T00:00:00.000Z", fingerprint: "2", change: "eased", runId: "run-2" } as const;
  const gone = {
    state: "resolved",
    resolvedReason: "fixed",
    change: "resolved",
    runId: "run-2",
    fingerprint: "3",
  } as const;
  const report = reportOf([storedFinding(), storedFinding(later), storedFinding(gone)], { keepsHistory: false });
  const gap = { fact: "registry", reason: "forbidden", detail: "list registries: 403" } as const;
  const text = renderTable(
    { ...report, coverage: [{ gap, rules: [], subjects: 1, names: ["contoso"] }] },
    { colour: false },
  );
  expect(text).toContain("Wrong now (1)\nhigh      admin-user-enabled");
  expect(text).toContain("since 2026-02-01");
  expect(text).toContain("Will break (1)");
  expect(text).toContain("2026-03-20, since 2026-02-01");
  expect(text).toContain("Resolved since the sweep before (1)");
  expect(text).toContain("forbidden  list registries: 403, 1 subject: contoso");
  expect(text).toContain("2 findings open: critical 0, high 2");
  expect(text).toContain("No history is kept");
});

test("says so when nothing is open and when no sweep has finished", () => {
  expect(renderTable(reportOf([]), { colour: false })).toContain("No finding is open.");
  expect(renderTable(reportOf([], { run: undefined, runs: [] }), { colour: false })).toContain(
    "No sweep has finished yet.",
  );
});

function printableOnly(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]|\p{Default_Ignorable_Code_Point}/gu, "?");
}

function shownCommand(cli: string): readonly string[] {
  const finding = storedFinding({ message: "MESSAGE", remediation: { text: "", cli } });
  const lines = renderTable(reportOf([finding]), { colour: false }).split("\n");
  const from = lines.findIndex((line) => line.trim() === "MESSAGE") + 1;
  return lines.slice(from, lines.indexOf("", from));
}

function sh(script: string): readonly string[] {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", script], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.split("\0");
}
