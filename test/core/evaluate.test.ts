import { expect, test } from "vitest";
import { type Evaluation, evaluate } from "../../src/core/evaluate.ts";
import { fingerprint } from "../../src/core/fingerprint.ts";
import { type CatalogRule, defineRule, type Judgement } from "../../src/core/rule.ts";
import { context, forbidden, realm, registryId, registrySnapshot, without } from "../facts.ts";

const base = defineRule({
  id: "sample-rule",
  title: "Sample is bad",
  subject: "registry",
  severity: "medium",
  category: "grants",
  needs: ["registry"],
  why: "Because.",
  failures: { bad: { message: "<name> is bad.", remediation: { text: "Mend <name>.", cli: "az mend <name>" } } },
  statements: { good: "<name> is good.", odd: "<name> is odd." },
  references: ["https://example.com"],
  evaluate: () => [{ outcome: "pass", statement: "good", evidence: { name: "a" } }],
});

function evaluated(...judgements: readonly Judgement[]): Evaluation {
  const rule: CatalogRule = { ...base, evaluate: () => judgements };
  return evaluate(rule, registrySnapshot(), context, realm);
}

const bad = (about: string, changes: object = {}): Judgement => ({
  outcome: "fail",
  failure: "bad",
  about,
  evidence: { name: about },
  ...changes,
});
const good = (about: string): Judgement => ({ outcome: "pass", statement: "good", about, evidence: { name: about } });
const odd: Judgement = { outcome: "notApplicable", statement: "odd", evidence: { name: "o" } };
const unknown = (about?: string): Judgement => ({
  outcome: "unknown",
  gaps: [forbidden],
  ...(about !== undefined && { about }),
});

test("a failure becomes a finding with its texts filled and its command quoted", () => {
  const due = "2026-04-01T00:00:00Z";
  const { outcome, message, findings, undecided } = evaluated(bad("a b", { due }));
  expect({ outcome, message, undecided }).toEqual({ outcome: "fail", message: "a b is bad.", undecided: [] });
  expect(findings).toEqual([
    {
      fingerprint: fingerprint(realm, "sample-rule", registryId, "a b"),
      ruleId: "sample-rule",
      title: "Sample is bad",
      subject: registrySnapshot().subject,
      about: "a b",
      severity: "medium",
      due,
      message: "a b is bad.",
      evidence: { name: "a b" },
      remediation: { text: "Mend a b.", cli: "az mend 'a b'" },
    },
  ]);
});

test("a judgement may differ from its rule's severity", () => {
  expect(evaluated(bad("a", { severity: "info" })).findings[0]?.severity).toBe("info");
});

test.for([
  ["one failure outweighs all else", [good("a"), bad("b"), unknown("c"), odd], "fail"],
  ["without a failure one unknown outweighs a pass", [good("a"), unknown("b"), odd], "unknown"],
  ["a pass outweighs what does not apply", [odd, good("a")], "pass"],
  ["nothing applies when all says so", [odd], "notApplicable"],
] as const)("%s", ([, judgements, outcome]) => {
  expect(evaluated(...judgements).outcome).toBe(outcome);
});

test("what could not be decided is named, or is everything", () => {
  expect(evaluated(bad("a"), unknown("b"), unknown("c"))).toMatchObject({
    undecided: ["b", "c"],
    gaps: [forbidden, forbidden],
  });
  expect(evaluated(bad("a"), unknown("b"), unknown()).undecided).toBe("all");
});

test("a fact that is missing leaves everything undecided, and the rule is not asked", () => {
  const rule: CatalogRule = { ...base, evaluate: () => expect.unreachable() };
  const evaluation = evaluate(rule, without(registrySnapshot(), "registry"), context, realm);
  expect(evaluation).toMatchObject({ outcome: "unknown", undecided: "all", evidence: {}, findings: [] });
  expect(evaluation.message).toBe("Could not be decided: registry (forbidden).");
});

test("several judgements of one outcome say each sentence once and keep all evidence", () => {
  const { message, evidence } = evaluated(good("a"), good("b"), good("a"));
  expect(message).toBe("a is good. b is good.");
  expect(evidence).toEqual({ each: ['{"name":"a"}', '{"name":"b"}', '{"name":"a"}'] });
});

test.for([
  ["gives no judgement", []],
  ["names a failure that it has not", [bad("a", { failure: "worse" })]],
] as const)("a rule that %s is a bug and stays loud", ([, judgements]) => {
  expect(() => evaluated(...judgements)).toThrow(/^rule sample-rule /);
});

test.for([
  ["a failure", [good("a"), bad("a"), unknown("a")], { outcome: "fail", gaps: [] }],
  ["the worse failure", [bad("a", { severity: "low" }), bad("a", { severity: "high" })], { outcome: "fail" }],
  ["what could not be decided", [unknown("a"), good("a")], { outcome: "unknown", judged: [], undecided: ["a"] }],
  ["a pass", [{ ...odd, about: "a" }, good("a")], { outcome: "pass", message: "a is good." }],
] as const)("of one part that is judged twice %s counts", ([, judgements, expected]) => {
  const evaluation = evaluated(...judgements);
  expect(evaluation).toMatchObject(expected);
  expect(evaluation.findings.length).toBe(evaluation.outcome === "fail" ? 1 : 0);
  expect(evaluation.findings.map(({ severity }) => severity)).not.toContain("low");
});

test("a rule that needs a fact its subject has not is a bug and stays loud", () => {
  const rule: CatalogRule = { ...base, needs: ["tokens"] };
  expect(() => evaluate(rule, registrySnapshot(), context, realm)).toThrow("registry has no fact tokens");
});
