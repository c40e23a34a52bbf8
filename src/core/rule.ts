import type { Gap } from "./collected.ts";
import type { FactsOf, SubjectKind } from "./facts.ts";

export const severities = ["info", "low", "medium", "high", "critical"] as const;
export type Severity = (typeof severities)[number];

type Category = "credentials" | "grants" | "network" | "tokens" | "monitoring";

export type EvidenceValue = string | number | boolean | readonly string[];
/** The facts a judgement rests on, by name. */
export type Evidence = Readonly<Record<string, EvidenceValue>>;

/** One way to fail: the sentence about the subject, and what ends it. `<word>` stands for the evidence of that name. */
export interface Failure<Template extends string = string> {
  readonly message: Template;
  readonly remediation: Remediation<Template>;
}

export interface Remediation<Template extends string = string> {
  readonly text: Template;
  /** One command to paste. Evidence is quoted for the shell when it is filled in. */
  readonly cli: Template;
}

export type Failures = Readonly<Record<string, Failure>>;

/** Sentences for the good and the inapplicable cases, by name. */
export type Statements = Readonly<Record<string, string>>;

/** The names between angle brackets in a template. */
export type Placeholder<Template extends string> = Template extends `${string}<${infer Name}>${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;

type EvidenceFor<Template extends string> = Evidence & Readonly<Record<Placeholder<Template>, EvidenceValue>>;

type TemplatesOf<F extends Failure> = F["message"] | F["remediation"]["text"] | F["remediation"]["cli"];

/** What a rule says of its subject, or of one part of it (`about`). */
export type Judgement<F extends Failures = Failures, S extends Statements = Statements> =
  | {
      [Name in keyof F & string]: {
        readonly outcome: "fail";
        readonly failure: Name;
        /** What in the subject is at fault, when one subject can fail more than once: a registry's id, a token. */
        readonly about?: string;
        /** Differs from the rule's severity. */
        readonly severity?: Severity;
        /** ISO time from which on it hurts, where that lies ahead. */
        readonly due?: string;
        /** In place of the template's: what ends it for this subject, as `can-pull` says it. */
        readonly remediation?: Remediation;
        readonly evidence: EvidenceFor<TemplatesOf<F[Name]>>;
      };
    }[keyof F & string]
  | {
      [Name in keyof S & string]: {
        readonly outcome: "pass" | "notApplicable";
        readonly statement: Name;
        readonly about?: string;
        readonly evidence: EvidenceFor<S[Name]>;
      };
    }[keyof S & string]
  | {
      readonly outcome: "unknown";
      /** Left out when nothing about the subject could be decided. */
      readonly about?: string;
      readonly gaps: readonly [Gap, ...Gap[]];
    };

/** What a rule may know besides facts. */
export interface RuleContext {
  readonly now: Date;
  /** Days before the end of a credential at which its finding opens and escalates, longest first. */
  readonly expiryTiers: readonly [number, number, number];
}

/** A rule as the catalog holds it, whatever it judges. */
export interface CatalogRule {
  /** Stable forever; also the file name, the docs page and the SARIF ruleId. */
  readonly id: string;
  /** The bad state, in a few words. */
  readonly title: string;
  readonly subject: SubjectKind;
  readonly severity: Severity;
  readonly category: Category;
  /** Facts the rule reads. One of them missing makes the outcome `unknown`. */
  readonly needs: readonly string[];
  /** What an attacker or an outage gains. */
  readonly why: string;
  readonly failures: Failures;
  readonly statements: Statements;
  readonly references: readonly string[];
  /** At least one judgement. Of several with the same `about` the worst counts. */
  evaluate(facts: object, context: RuleContext): readonly Judgement[];
}

/**
 * A rule is data plus one pure function.
 *
 * Failures and statements are templates whose placeholders the compiler checks against the evidence that `evaluate`
 * gives; docs show the templates as they stand.
 */
export interface Rule<
  Kind extends SubjectKind,
  Needed extends keyof FactsOf[Kind],
  F extends Failures,
  S extends Statements,
> extends CatalogRule {
  readonly subject: Kind;
  readonly needs: readonly (Needed & string)[];
  readonly failures: F;
  readonly statements: S;
  evaluate(facts: Pick<FactsOf[Kind], Needed>, context: RuleContext): readonly Judgement<F, S>[];
}

/** Types a rule's `evaluate` by its own subject, needs and templates. */
export function defineRule<
  const Kind extends SubjectKind,
  const Needed extends keyof FactsOf[Kind],
  const F extends Failures,
  const S extends Statements,
>(rule: Rule<Kind, Needed, F, S>): Rule<Kind, Needed, F, S> {
  return rule;
}

export function atLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(threshold);
}
