import type { PullerKind } from "./facts.ts";
import type { PullReason, PullVerdict } from "./pull-reason.ts";

/**
 * What grants alone make of one workload and every registry, needed or not. Whether traffic arrives, and deny assignments,
 * are not part of it.
 */
export interface GrantRow {
  readonly pullerId: string;
  readonly puller: string;
  readonly kind: PullerKind;
  /** The answer for every registry that is not among the cells. */
  readonly otherwise: PullReason;
  readonly cells: readonly GrantCell[];
  /** Cells that are left out because they are many. */
  readonly omitted: number;
}

export interface GrantCell {
  readonly registryId: string;
  readonly registry: string;
  readonly answer: PullVerdict;
  readonly reason: PullReason;
}
