import type { Caller, CallerAccess, CallerDirectory, LoginTenants, RegistryDoors } from "./caller.ts";
import type { Collected } from "./collected.ts";
import type { Registry } from "./facts.ts";
import type { RepositoryToken, ScopeMap } from "./repository-token.ts";
import type { Evidence, EvidenceValue, Placeholder, Remediation, Severity } from "./rule.ts";
import type { Symptom } from "./symptom.ts";

/** What can be known when one login has failed. */
interface DiagnosisFacts {
  readonly registry: Registry;
  readonly tenants: LoginTenants;
  readonly doors: RegistryDoors;
  /** Null: no principal of the tenant has this id. */
  readonly caller: Caller | null;
  readonly directory: CallerDirectory;
  readonly access: CallerAccess;
  /** The repository token of the identity's name. Null: there is none. */
  readonly token: RepositoryToken | null;
  readonly scopeMap: ScopeMap;
}

export type DiagnosisFact = keyof DiagnosisFacts;

export type CollectedFacts = { readonly [Name in DiagnosisFact]: Collected<DiagnosisFacts[Name]> };

/** Names that every template may use without its cause giving them. */
type Shared = "registry" | "registryId" | "subscriptionId" | "identity" | "status" | "since" | "history";

type CauseEvidence<Template extends string> = Evidence &
  Readonly<Record<Exclude<Placeholder<Template>, Shared>, EvidenceValue>>;

/**
 * `confirmed`: settings say it and the logs match. `likely`: settings alone, or timing and kind of identity.
 * `possible`: a pattern alone. Never the status alone.
 */
export type Verdict<Template extends string = string> =
  | {
      readonly verdict: "confirmed" | "likely" | "possible";
      readonly evidence: CauseEvidence<Template>;
      /** Differs from the cause's severity. */
      readonly severity?: Severity;
      /** What speaks against it. */
      readonly contradicting?: readonly string[];
      /** What was not looked at and might change the verdict. */
      readonly notChecked?: readonly string[];
    }
  | { readonly verdict: "excluded"; readonly because: string };

/** One explanation of a failed login, whatever facts it needs. */
export interface CatalogCause {
  /** Stable forever; also the file name. */
  readonly id: string;
  readonly title: string;
  /** Its place among causes of the same verdict, lowest first: the order of the decision table. */
  readonly rank: number;
  readonly severity: Severity;
  /** False: nobody has to do anything, so no finding opens. */
  readonly incident: boolean;
  /** One of them missing: the cause is not checked, which is not the same as excluded. */
  readonly needs: readonly DiagnosisFact[];
  /** Templates: `<word>` stands for the evidence of that name. */
  readonly message: string;
  readonly remediation: Remediation;
  readonly references: readonly string[];
  /** Why the symptom alone rules it out, or undefined. */
  rulesOut(symptom: Symptom): string | undefined;
  weigh(symptom: Symptom, facts: object, now: Date): Verdict;
}

export interface Cause<Needed extends DiagnosisFact, Template extends string> extends CatalogCause {
  readonly needs: readonly Needed[];
  readonly message: Template;
  readonly remediation: Remediation<Template>;
  weigh(symptom: Symptom, facts: Pick<DiagnosisFacts, Needed>, now: Date): Verdict<Template>;
}

/** Types a cause's `weigh` by its own needs and templates. */
export function defineCause<const Needed extends DiagnosisFact, const Template extends string>(
  cause: Cause<Needed, Template>,
): Cause<Needed, Template> {
  return cause;
}

export function excluded(because: string): { readonly verdict: "excluded"; readonly because: string } {
  return { verdict: "excluded", because };
}
