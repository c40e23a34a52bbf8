import { expect, test } from "vitest";
import { type Evaluation, evaluate, type Finding } from "../../src/core/evaluate.ts";
import type { FactsOf, Snapshot, SubjectKind } from "../../src/core/facts.ts";
import type { CatalogRule, Failures, Judgement, Rule, Statements } from "../../src/core/rule.ts";
import { context, realm } from "../facts.ts";

/** One snapshot and what a rule has to say of it. */
export interface Case<Kind extends SubjectKind, F extends Failures, S extends Statements> {
  readonly given: Snapshot<Kind>;
  /** Names of the failures and statements it gives, in order; `unknown` for what it could not decide. */
  readonly gives: readonly ((keyof F & string) | (keyof S & string) | "unknown")[];
  readonly outcome?: Evaluation["outcome"];
  readonly message?: string;
  readonly finding?: Partial<Pick<Finding, "severity" | "due" | "about">>;
  /** The command of the first finding. */
  readonly command?: string;
  /** What the first finding says to do. */
  readonly remediation?: string;
  readonly undecided?: Evaluation["undecided"];
}

/** Tests a rule by cases, which together have to say every sentence that it knows, with every placeholder filled. */
export function judges<
  Kind extends SubjectKind,
  Needed extends keyof FactsOf[Kind],
  F extends Failures,
  S extends Statements,
>(rule: Rule<Kind, Needed, F, S>, cases: Readonly<Record<string, Case<Kind, F, S>>>): void {
  test.for(Object.entries(cases))(`${rule.id} %s`, ([, one]) => {
    const { evaluation, names } = judge(rule, one.given);
    const [first] = evaluation.findings;
    expect(names).toEqual(one.gives);
    if (one.outcome !== undefined) expect(evaluation.outcome).toBe(one.outcome);
    if (one.message !== undefined) expect(evaluation.message).toBe(one.message);
    if (one.finding !== undefined) expect(first).toMatchObject(one.finding);
    if (one.command !== undefined) expect(first?.remediation.cli).toBe(one.command);
    if (one.remediation !== undefined) expect(first?.remediation.text).toBe(one.remediation);
    if (one.undecided !== undefined) expect(evaluation.undecided).toEqual(one.undecided);

    const texts = evaluation.findings.flatMap(({ message, remediation }) => [
      message,
      remediation.text,
      remediation.cli,
    ]);
    for (const text of [evaluation.message, ...texts]) expect(text).not.toMatch(/<\w+>|undefined|NaN|\[object/);
    expect(evaluation.message).toMatch(/\.$/);
    expect(new Set(evaluation.findings.map(({ fingerprint }) => fingerprint)).size).toBe(evaluation.findings.length);
  });

  test(`${rule.id} has a case for every sentence that it can say`, () => {
    const said = new Set(Object.values(cases).flatMap(({ gives }) => gives.map(String)));
    const sentences = [...Object.keys(rule.failures), ...Object.keys(rule.statements)];
    expect(sentences.filter((name) => !said.has(name))).toEqual([]);
  });
}

function judge(rule: CatalogRule, snapshot: Snapshot): { evaluation: Evaluation; names: readonly string[] } {
  let judgements: readonly Judgement[] = [];
  const listening: CatalogRule = {
    ...rule,
    evaluate: (facts, given) => {
      judgements = rule.evaluate(facts, given);
      return judgements;
    },
  };
  return { evaluation: evaluate(listening, snapshot, context, realm), names: judgements.map(nameOf) };
}

function nameOf(judgement: Judgement): string {
  if (judgement.outcome === "unknown") return "unknown";
  return judgement.outcome === "fail" ? judgement.failure : judgement.statement;
}
