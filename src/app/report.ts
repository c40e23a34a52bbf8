import type { Evaluation } from "../core/evaluate.ts";
import type { Run } from "../core/run.ts";
import { version } from "../core/version.ts";
import { buildReport, type Report } from "../report/model.ts";
import type { Runtime } from "./runtime.ts";

const runsShown = 90;

/** The stored findings as a report; nothing is asked of Azure. */
export async function report({ store, channels, now }: Runtime, evaluations?: readonly Evaluation[]): Promise<Report> {
  await store.prepare();
  const runs = await store.runs.latest(runsShown);
  const finished = runs.filter(({ finishedAt }) => finishedAt !== undefined);
  const run: Run | undefined = finished[0];
  const [findings, results, undelivered] = await Promise.all([
    store.findings.list({}),
    run ? store.runs.results(run.runId) : Promise.resolve([]),
    Promise.all(channels.map(({ notifier }) => store.outbox.undelivered(notifier.name))),
  ]);
  return buildReport({
    now: now(),
    version,
    run,
    runs: finished,
    results,
    keepsHistory: store.lasting,
    findings,
    undelivered: undelivered.flat(),
    ...(evaluations && { evaluations }),
  });
}
