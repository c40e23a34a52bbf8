import type { ListedWorkload } from "../core/workload.ts";

/** What a collector of workloads found. */
export interface WorkloadInventory {
  readonly workloads: readonly ListedWorkload[];
  /** Listed, but not with what was asked for. */
  readonly malformed: readonly { readonly id: string; readonly detail: string }[];
}
