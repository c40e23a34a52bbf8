/** A fact, or the reason it is missing. A fact is never guessed. */
export type Collected<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly gap: Gap };

export type GapReason = "forbidden" | "notFound" | "throttled" | "unreachable" | "malformed";

/** Why something could not be known. A gap makes an outcome `unknown` and never resolves a finding. */
export interface Gap {
  /** What is missing: a fact's name, or a part of one (`groupMembers`, `subscription`). */
  readonly fact: string;
  readonly reason: GapReason;
  /** The operation and Azure's answer, in words an operator can act on. */
  readonly detail: string;
}

/** Why something is not known: at least one reason. */
export type Gaps = readonly [Gap, ...Gap[]];

export function known<T>(value: T): Collected<T> {
  return { known: true, value };
}

export function missing(gap: Gap): { readonly known: false; readonly gap: Gap } {
  return { known: false, gap };
}
