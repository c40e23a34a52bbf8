import type { Collected, Gap } from "./collected.ts";
import type { Snapshot, SubjectRef } from "./facts.ts";
import { fill, fillCommand } from "./fill.ts";
import { fingerprint, type Realm } from "./fingerprint.ts";
import {
  type CatalogRule,
  type Evidence,
  type Failure,
  type Judgement,
  type Remediation,
  type RuleContext,
  type Severity,
  severities,
} from "./rule.ts";

export type Outcome = "pass" | "fail" | "notApplicable" | "unknown";

/** The verdict of one rule on one subject. A fail may carry gaps too: what it could not decide besides. */
export interface Evaluation {
  readonly ruleId: string;
  readonly subject: SubjectRef;
  readonly outcome: Outcome;
  readonly message: string;
  readonly evidence: Evidence;
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
  /** Parts of the subject that were decided. */
  readonly judged: readonly string[];
  /** Parts of the subject that could not be decided, or `all`: their findings stay as they are. */
  readonly undecided: "all" | readonly string[];
}

export interface Finding {
  readonly fingerprint: string;
  readonly ruleId: string;
  readonly title: string;
  readonly subject: SubjectRef;
  /** The part of the subject at fault; empty when it is the subject itself. */
  readonly about: string;
  readonly severity: Severity;
  /** ISO time from which on it hurts, where that lies ahead. */
  readonly due?: string;
  readonly message: string;
  readonly evidence: Evidence;
  readonly remediation: Remediation;
}

/** Judges one subject by one rule. A missing fact makes the outcome `unknown`, never a pass. */
export function evaluate(rule: CatalogRule, snapshot: Snapshot, context: RuleContext, realm: Realm): Evaluation {
  const { facts, gaps } = pick(snapshot, rule.needs);
  if (gaps.length > 0) return conclude(rule, snapshot.subject, [], gaps, "all", realm);

  const judgements = worstOfEach(rule, rule.evaluate(facts, context));
  if (judgements.length === 0) throw new Error(`rule ${rule.id} gave no judgement of ${snapshot.subject.id}`);

  const unknown = judgements.filter((judgement) => judgement.outcome === "unknown");
  const undecided = unknown.some(({ about }) => about === undefined) ? "all" : unknown.map(({ about = "" }) => about);
  return conclude(
    rule,
    snapshot.subject,
    judgements,
    unknown.flatMap((judgement) => judgement.gaps),
    undecided,
    realm,
  );
}

/**
 * Of what is said of one part more than once the worst counts: containers of an app may log in to a registry in different
 * ways, and its finding is one.
 */
function worstOfEach(rule: CatalogRule, judgements: readonly Judgement[]): readonly Judgement[] {
  const worst = new Map<string, Judgement>();
  for (const judgement of judgements) {
    const { about } = judgement;
    if (about === undefined) continue;
    const other = worst.get(about);
    if (other === undefined || badness(rule, judgement) > badness(rule, other)) worst.set(about, judgement);
  }
  return judgements.filter((judgement) => {
    const other = judgement.about === undefined ? undefined : worst.get(judgement.about);
    if (other === undefined || other === judgement) return true;
    return judgement.outcome !== "fail" && judgement.outcome === other.outcome;
  });
}

const outcomes: readonly Outcome[] = ["notApplicable", "pass", "unknown", "fail"];

function badness({ severity }: CatalogRule, judgement: Judgement): number {
  const rank = outcomes.indexOf(judgement.outcome);
  return judgement.outcome === "fail" ? rank + severities.indexOf(judgement.severity ?? severity) : rank;
}

/** The facts a rule asked for, or the gaps in the way. */
function pick(snapshot: Snapshot, needs: readonly string[]): { facts: object; gaps: readonly Gap[] } {
  const collected: Readonly<Record<string, Collected<unknown> | undefined>> = snapshot.facts;
  const facts: Record<string, unknown> = {};
  const gaps: Gap[] = [];
  for (const name of needs) {
    const fact = collected[name];
    if (fact === undefined) throw new Error(`${snapshot.subject.kind} has no fact ${name}`);
    if (fact.known) facts[name] = fact.value;
    else gaps.push(fact.gap);
  }
  return { facts, gaps };
}

function conclude(
  rule: CatalogRule,
  subject: SubjectRef,
  judgements: readonly Judgement[],
  gaps: readonly Gap[],
  undecided: Evaluation["undecided"],
  realm: Realm,
): Evaluation {
  const findings = judgements
    .filter((judgement) => judgement.outcome === "fail")
    .map((judgement) => toFinding(rule, subject, judgement, realm));
  const outcome = overall(judgements, gaps);
  const shown = judgements.filter((judgement) => judgement.outcome !== "unknown" && judgement.outcome === outcome);
  const evidence = shown.flatMap((judgement) => (judgement.outcome === "unknown" ? [] : [judgement.evidence]));
  return {
    ruleId: rule.id,
    subject,
    outcome,
    message:
      outcome === "unknown" ? unknownMessage(gaps) : [...new Set(shown.map((one) => sentence(rule, one)))].join(" "),
    evidence: evidence.length > 1 ? { each: evidence.map((one) => JSON.stringify(one)) } : (evidence[0] ?? {}),
    findings,
    gaps,
    judged: judgements.flatMap(({ outcome: one, about = "" }) => (one === "unknown" ? [] : [about])),
    undecided,
  };
}

function toFinding(
  rule: CatalogRule,
  subject: SubjectRef,
  judgement: Extract<Judgement, { outcome: "fail" }>,
  realm: Realm,
): Finding {
  const { about = "", evidence, severity = rule.severity, due } = judgement;
  const { message, remediation } = failureOf(rule, judgement.failure);
  const { text, cli } = judgement.remediation ?? {
    text: fill(remediation.text, evidence),
    cli: fillCommand(remediation.cli, evidence),
  };
  return {
    fingerprint: fingerprint(realm, rule.id, subject.id, about),
    ruleId: rule.id,
    title: rule.title,
    subject,
    about,
    severity,
    ...(due !== undefined && { due }),
    message: fill(message, evidence),
    evidence,
    remediation: { text, cli },
  };
}

function failureOf(rule: CatalogRule, name: string): Failure {
  const failure = rule.failures[name];
  if (!failure) throw new Error(`rule ${rule.id} has no failure ${name}`);
  return failure;
}

function sentence(rule: CatalogRule, judgement: Judgement): string {
  if (judgement.outcome === "unknown") return "";
  const template =
    judgement.outcome === "fail" ? failureOf(rule, judgement.failure).message : rule.statements[judgement.statement];
  if (template === undefined) throw new Error(`rule ${rule.id} has no statement for ${judgement.outcome}`);
  return fill(template, judgement.evidence);
}

function overall(judgements: readonly Judgement[], gaps: readonly Gap[]): Outcome {
  if (judgements.some(({ outcome }) => outcome === "fail")) return "fail";
  if (gaps.length > 0) return "unknown";
  return judgements.some(({ outcome }) => outcome === "pass") ? "pass" : "notApplicable";
}

function unknownMessage(gaps: readonly Gap[]): string {
  const details = [...new Set(gaps.map(({ fact, reason }) => `${fact} (${reason})`))];
  return `Could not be decided: ${details.join(", ")}.`;
}
