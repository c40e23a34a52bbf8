import fc from "fast-check";
import { expect, test } from "vitest";
import { type Evaluation, evaluate } from "../../src/core/evaluate.ts";
import { type Change, reconcile, resolve, type StoredFinding } from "../../src/core/reconcile.ts";
import { type CatalogRule, defineRule, type Judgement, severities } from "../../src/core/rule.ts";
import { context, forbidden, realm, registrySnapshot } from "../facts.ts";

const base = defineRule({
  id: "sample-rule",
  title: "Sample is bad",
  subject: "registry",
  severity: "medium",
  category: "grants",
  needs: ["registry"],
  why: "Because.",
  failures: { bad: { message: "<name> is bad.", remediation: { text: "Mend.", cli: "az mend" } } },
  statements: { good: "<name> is good.", odd: "<name> is odd." },
  references: [],
  evaluate: () => [{ outcome: "pass", statement: "good", evidence: { name: "a" } }],
});

const abouts = ["a", "b", "c"] as const;
type Part = "pass" | "notApplicable" | "unknown" | (typeof severities)[number];

function judgement(about: string, part: Part, text: string): Judgement {
  const evidence = { name: text };
  if (part === "unknown") return { outcome: "unknown", about, gaps: [forbidden] };
  if (part === "pass") return { outcome: "pass", statement: "good", about, evidence };
  if (part === "notApplicable") return { outcome: "notApplicable", statement: "odd", about, evidence };
  return { outcome: "fail", failure: "bad", about, severity: part, evidence };
}

/** One sweep's verdict on the parts of a subject, or on none of them (`unknown`). */
type Sweep = "unknown" | { readonly parts: readonly Part[]; readonly text: string };

function evaluationOf(sweep: Sweep): Evaluation {
  const judgements: readonly Judgement[] =
    sweep === "unknown"
      ? [{ outcome: "unknown", gaps: [forbidden] }]
      : sweep.parts.map((part, index) => judgement(abouts[index] ?? "", part, sweep.text));
  const rule: CatalogRule = { ...base, evaluate: () => judgements };
  return evaluate(rule, registrySnapshot(), context, realm);
}

function applied(stored: readonly StoredFinding[], changes: readonly Change[]): readonly StoredFinding[] {
  const findings = new Map(stored.map((finding) => [finding.fingerprint, finding]));
  for (const { finding } of changes) findings.set(finding.fingerprint, finding);
  return [...findings.values()];
}

const moment = (run: number) => ({ runId: `run-${run}`, at: new Date(Date.UTC(2026, 0, run)).toISOString() });
const sweepOf = (part: Part, text = "x"): Sweep => ({ parts: [part], text });

/** The changes of one finding over sweeps. */
function story(...sweeps: readonly Sweep[]): readonly (Change | undefined)[] {
  let stored: readonly StoredFinding[] = [];
  return sweeps.map((sweep, index) => {
    const changes = reconcile(stored, evaluationOf(sweep), moment(index + 1));
    stored = applied(stored, changes);
    return changes[0];
  });
}

test("a finding is opened, stays open, is resolved and is opened again", () => {
  const changes = story(sweepOf("high"), sweepOf("high"), sweepOf("pass"), sweepOf("pass"), sweepOf("high"));
  expect(changes.map((change) => change?.kind)).toEqual(["opened", "stillOpen", "resolved", undefined, "reopened"]);
  expect(changes.map((change) => change?.unchanged)).toEqual([false, true, false, undefined, false]);
  expect(changes.map((change) => change?.finding.seq)).toEqual([1, 1, 2, undefined, 3]);
  const [opened, still, resolved, , reopened] = changes;
  expect(still?.finding).toEqual(opened?.finding);
  expect(resolved?.finding).toMatchObject({
    state: "resolved",
    resolvedReason: "fixed",
    changedAt: moment(3).at,
    runId: "run-3",
  });
  expect(reopened?.finding).toMatchObject({
    state: "open",
    firstSeen: moment(1).at,
    openedAt: moment(5).at,
    runId: "run-5",
  });
  expect(reopened?.finding).not.toHaveProperty("resolvedReason");
});

test("a rise in severity is told apart from a fall", () => {
  const changes = story(sweepOf("medium"), sweepOf("critical"), sweepOf("critical"), sweepOf("low"));
  expect(changes.map((change) => change?.kind)).toEqual(["opened", "escalated", "stillOpen", "eased"]);
  expect(changes.map((change) => change?.finding.openedAt)).toEqual(Array(4).fill(moment(1).at));
});

test("a text that changed is stored, without a change that anybody is told", () => {
  const [, still] = story(sweepOf("high", "x"), sweepOf("high", "y"));
  expect(still).toMatchObject({ kind: "stillOpen", unchanged: false });
  expect(still?.finding).toMatchObject({
    message: "y is bad.",
    seq: 1,
    change: "opened",
    changedAt: moment(1).at,
    runId: "run-1",
  });
});

test("what does not apply any more is resolved for that reason", () => {
  expect(story(sweepOf("high"), sweepOf("notApplicable"))[1]?.finding.resolvedReason).toBe("notApplicable");
});

test("unknown changes nothing, of a part or of all", () => {
  expect(story(sweepOf("high"), "unknown")[1]).toBeUndefined();
  expect(story(sweepOf("high"), sweepOf("unknown"))[1]).toBeUndefined();
});

test("a part that is not looked at any more is resolved while another stays unknown", () => {
  const [, changes] = [1, 2].reduce<[readonly StoredFinding[], readonly Change[]]>(
    ([stored], run) => {
      const parts: readonly Part[] = run === 1 ? ["high", "high"] : ["pass", "unknown"];
      const made = reconcile(stored, evaluationOf({ parts, text: "x" }), moment(run));
      return [applied(stored, made), made];
    },
    [[], []],
  );
  expect(changes.map(({ kind, finding }) => [kind, finding.about])).toEqual([["resolved", "a"]]);
});

test("a subject that is gone resolves its finding for that reason", () => {
  const [opened] = story(sweepOf("high"));
  const finding = opened?.finding ?? expect.unreachable();
  expect(resolve(finding, "subjectDeleted", moment(2))).toMatchObject({
    kind: "resolved",
    unchanged: false,
    finding: { state: "resolved", change: "resolved", resolvedReason: "subjectDeleted", seq: 2, runId: "run-2" },
  });
});

const part = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<Part>(...severities) },
  { weight: 2, arbitrary: fc.constantFrom<Part>("pass", "notApplicable") },
  { weight: 2, arbitrary: fc.constant<Part>("unknown") },
);
const anySweep: fc.Arbitrary<Sweep> = fc.oneof(
  { weight: 1, arbitrary: fc.constant("unknown" as const) },
  { weight: 5, arbitrary: fc.record({ parts: fc.tuple(part, part, part), text: fc.constantFrom("x", "y") }) },
);

test("whatever sweeps find: unknown resolves nothing, each change counts once, a replay changes nothing", () => {
  fc.assert(
    fc.property(fc.array(anySweep, { minLength: 1, maxLength: 15 }), (sweeps) => {
      let stored: readonly StoredFinding[] = [];
      for (const [index, sweep] of sweeps.entries()) {
        const before = new Map(stored.map((finding) => [finding.about, finding]));
        const evaluation = evaluationOf(sweep);
        const changes = reconcile(stored, evaluation, moment(index + 1));
        stored = applied(stored, changes);

        for (const { kind, finding, unchanged } of changes) {
          const old = before.get(finding.about);
          const moved = kind !== "stillOpen";
          expect(finding.seq).toBe((old?.seq ?? 0) + (moved ? 1 : 0));
          expect([finding.change, finding.runId]).toEqual(
            moved ? [kind, moment(index + 1).runId] : [old?.change, old?.runId],
          );
          if (unchanged) expect(finding).toEqual(old);
          expect(finding.firstSeen).toBe(old?.firstSeen ?? moment(index + 1).at);
        }
        for (const [position, about] of abouts.entries()) {
          const now = stored.find((finding) => finding.about === about);
          const verdict = sweep === "unknown" ? "unknown" : sweep.parts[position];
          if (verdict === "unknown") expect(now).toEqual(before.get(about));
          else if (verdict === "pass" || verdict === "notApplicable") expect(now?.state).not.toBe("open");
          else expect(now).toMatchObject({ state: "open", severity: verdict });
        }
        const replayed = reconcile(stored, evaluation, moment(index + 1));
        expect(replayed.every(({ unchanged, kind }) => unchanged && kind === "stillOpen")).toBe(true);
      }
    }),
  );
});
