import { CronExpressionParser } from "cron-parser";

/** A command is a run of its own, named after the moment it started. */
export function commandRunId(startedAt: Date): string {
  return `command-${compact(startedAt)}`;
}

/**
 * The run of a schedule: named after the slot, not after the moment, because the host starts a run again that died.
 * Schedules have six fields, seconds first, in UTC.
 */
export function scheduledRun(schedule: string, now: Date): { readonly runId: string; readonly slot: Date } {
  const tolerance = 1000; // the host may call a moment early
  const parser = CronExpressionParser.parse(schedule, { currentDate: new Date(now.getTime() + tolerance), tz: "UTC" });
  const slot = parser.prev().toDate();
  return { runId: `sweep-${compact(slot)}`, slot };
}

function compact(date: Date): string {
  return date.toISOString().replace(/[-:.]/g, "");
}
