import { expect, test } from "vitest";
import type { UnitResult } from "../../src/core/run.ts";
import { noUsage } from "../../src/core/usage.ts";
import { forbidden, subscriptionId } from "../facts.ts";
import { reportOf, run } from "./sample-report.ts";
import { storedFinding } from "./stored-finding.ts";

const result: UnitResult = {
  unitId: subscriptionId,
  name: "shop",
  state: "done",
  outcomes: { pass: 5, fail: 2, notApplicable: 1, unknown: 2 },
  changes: { opened: 1, reopened: 0, escalated: 0, eased: 0, stillOpen: 1, resolved: 0 },
  coverage: [{ gap: forbidden, rules: ["a-rule"], subjects: 1, names: ["contoso"] }],
  usage: noUsage,
  seconds: { collect: 0, evaluate: 0, store: 0 },
};
const soon = "2026-03-10T00:00:00.000Z";

test("what hurts now is told apart from what will, and what is resolved is neither", () => {
  const past = "2026-02-10T00:00:00.000Z";
  const findings = [
    storedFinding({ fingerprint: "now" }),
    storedFinding({ fingerprint: "late", due: "2026-03-20T00:00:00.000Z", severity: "critical" }),
    storedFinding({ fingerprint: "soon", due: soon, severity: "low" }),
    storedFinding({ fingerprint: "over", due: past }),
    storedFinding({ fingerprint: "gone", state: "resolved", change: "resolved", runId: run.runId }),
    storedFinding({ fingerprint: "long gone", state: "resolved", change: "resolved" }),
  ];
  const report = reportOf(findings);
  expect(report.findings.map(({ fingerprint }) => fingerprint)).toEqual(["now", "over"]);
  expect(report.upcoming.map(({ fingerprint }) => fingerprint)).toEqual(["soon", "late"]);
  expect(report.resolved.map(({ fingerprint }) => fingerprint)).toEqual(["gone"]);
  expect(report.summary.open).toEqual({ critical: 1, high: 2, medium: 0, low: 1, info: 0 });
});

test("the worst comes first, then rule, subject and part", () => {
  const subject = (name: string) => ({ ...storedFinding().subject, name });
  const findings = [
    storedFinding({ fingerprint: "5", severity: "low" }),
    storedFinding({ fingerprint: "4", about: "b" }),
    storedFinding({ fingerprint: "3", about: "a" }),
    storedFinding({ fingerprint: "2", subject: subject("alpha") }),
    storedFinding({ fingerprint: "6", severity: "low", ruleId: "b-rule" }),
    storedFinding({ fingerprint: "1", severity: "critical", ruleId: "z-rule" }),
  ];
  expect(reportOf(findings).findings.map(({ fingerprint }) => fingerprint)).toEqual(["1", "2", "3", "4", "5", "6"]);
});

test("only what the last run changed counts as opened or resolved", () => {
  const findings = [
    storedFinding({ fingerprint: "1", runId: run.runId, change: "opened" }),
    storedFinding({ fingerprint: "2", runId: run.runId, change: "reopened" }),
    storedFinding({ fingerprint: "3", runId: run.runId, change: "escalated" }),
    storedFinding({ fingerprint: "4", runId: run.runId, change: "resolved", state: "resolved" }),
    storedFinding({ fingerprint: "5", change: "opened" }),
  ];
  expect(reportOf(findings).summary).toMatchObject({ opened: 2, resolved: 1 });
});

test("what is unknown is never counted as decided", () => {
  const { summary, coverage } = reportOf([], { results: [result, { ...result, unitId: "principals", coverage: [] }] });
  expect(summary).toMatchObject({ decided: 16, evaluations: 20, registries: 2, pullers: 3, principals: 4 });
  expect(coverage).toEqual(result.coverage);
});

test.for([
  ["did not look at", []],
  ["failed to look at", [{ ...result, state: "failed", coverage: [] } as const]],
] as const)("open findings of a subscription that the run %s are shown as not confirmed", ([, results]) => {
  const finding = storedFinding();
  const { coverage } = reportOf([finding, { ...finding, fingerprint: "2" }], { results });
  expect(coverage).toMatchObject([{ rules: ["admin-user-enabled"], subjects: 1, names: ["contoso"] }]);
  expect(coverage[0]?.gap.detail).toContain("what is open there, 2 findings, is as an earlier sweep left it");
});

test("findings of a subscription that was looked at need no such note", () => {
  expect(reportOf([storedFinding()], { results: [{ ...result, coverage: [] }] }).coverage).toEqual([]);
});

test("gaps of the inventory come first", () => {
  const gap = { gap: { ...forbidden, fact: "directory" }, rules: [], subjects: 0, names: [] };
  const withGap = { ...run, inventory: { ...run.inventory, coverage: [gap] } };
  expect(reportOf([], { run: withGap, results: [result] }).coverage).toEqual([gap, ...result.coverage]);
});

test("runs are summed up once they are settled", () => {
  const totals = {
    failedUnits: 0,
    outcomes: result.outcomes,
    changes: { ...result.changes, reopened: 2, resolved: 3 },
    usage: noUsage,
    secondsByPhase: { inventory: 0, collect: 0, evaluate: 0, store: 0 },
  };
  expect(reportOf([], { runs: [{ ...run, totals }, run] }).runs).toEqual([
    { runId: "run-2", startedAt: run.startedAt, opened: 3, resolved: 3, failures: 2, unknown: 2 },
  ]);
});

test("before the first run there is a report that says so", () => {
  const report = reportOf([], { run: undefined, runs: [] });
  expect(report).toMatchObject({ run: null, runs: [], coverage: [], summary: { registries: 0, evaluations: 0 } });
  expect(report).not.toHaveProperty("evaluations");
});

test("a report is plain JSON", () => {
  const report = reportOf([storedFinding({ due: soon })], { results: [result], evaluations: [] });
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});
