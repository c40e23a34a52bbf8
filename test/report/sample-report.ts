import type { StoredFinding } from "../../src/core/reconcile.ts";
import type { Run } from "../../src/core/run.ts";
import { noUsage } from "../../src/core/usage.ts";
import { buildReport, type Report, type ReportInput } from "../../src/report/model.ts";
import { now } from "../facts.ts";

export const run: Run = {
  runId: "run-2",
  trigger: "timer",
  cloud: "AzureCloud",
  startedAt: now.toISOString(),
  finishedAt: now.toISOString(),
  scope: "all subscriptions that the identity can read",
  units: 2,
  inventory: { subscriptions: 1, registries: 2, pullers: 3, principals: 4, seconds: 1, usage: noUsage, coverage: [] },
};

export function reportOf(findings: readonly StoredFinding[], changes: Partial<ReportInput> = {}): Report {
  return buildReport({
    now,
    version: "1.2.3",
    run,
    runs: [run],
    results: [],
    keepsHistory: true,
    findings,
    ...changes,
  });
}
