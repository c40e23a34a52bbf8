import type { Puller, PullIdentity, Registry, RegistryNeed } from "../facts.ts";
import type { Vantage } from "../network/vantage.ts";
import type { Evidence } from "../rule.ts";

/** What ends a refusal; undefined where, of this workload, no single change does. */
export type Remedy = Template | ((input: RemedyInput) => Template | undefined);

/** One change in words, as a command and as Bicep; each `<name>` stands for the evidence of that name. */
export interface Template {
  readonly text: string;
  readonly cli: string;
  readonly bicep: string;
  /** What this template needs and others do not. */
  readonly evidence?: Evidence;
}

export interface RemedyInput {
  readonly puller: Puller;
  readonly registry: Registry;
  readonly identity: PullIdentity;
  readonly facts: Evidence;
  readonly need: RegistryNeed;
  /** Those that were asked about; none stands for all. */
  readonly repositories: readonly string[];
  /** Where the workload stands, if it is known. */
  readonly vantage: Vantage | undefined;
}
