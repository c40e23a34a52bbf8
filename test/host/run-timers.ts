import { setTimeout as sleep } from "node:timers/promises";
import { CronExpressionParser } from "cron-parser";
import type { FunctionMetadata } from "./functions-core.ts";
import type { Host, LogLine } from "./start-host.ts";
import { triggerOf } from "./trigger-of.ts";

/** Runs the app's timer functions when their schedules say so, in UTC, until the signal. A function never runs beside itself. */
export async function runTimers(
  host: Host,
  log: (line: LogLine) => void,
  signal: AbortSignal,
  timeScale: number,
): Promise<void> {
  const timers = host.functions.filter((metadata) => triggerOf(metadata).type === "timerTrigger");
  await Promise.all(timers.map((metadata) => runTimer(host, metadata, log, signal, timeScale)));
}

async function runTimer(
  host: Host,
  metadata: FunctionMetadata,
  log: (line: LogLine) => void,
  signal: AbortSignal,
  timeScale: number,
): Promise<void> {
  const schedule = scheduleOf(metadata, host.env);
  while (!signal.aborted) {
    const now = host.runtime.now();
    const next = CronExpressionParser.parse(schedule, { currentDate: now, tz: "UTC" }).next().getTime();
    if (!(await waited((next - now.getTime()) * timeScale, signal))) return;
    for (let attempt = 0; !signal.aborted; attempt++) {
      const error = await host.timer(metadata.name).then(
        () => undefined,
        (failure: unknown) => failure,
      );
      if (error === undefined) break;
      log({ functionName: metadata.name, level: "error", message: String(error) });
      const pause = pauseBefore(metadata, attempt);
      if (pause === undefined || !(await waited(pause * timeScale, signal))) break;
    }
  }
}

/** `%NAME%` stands for a setting. */
function scheduleOf(metadata: FunctionMetadata, env: Host["env"]): string {
  return String(triggerOf(metadata).schedule).replace(/%(\w+)%/g, (_, name: string) => env[name] ?? "");
}

interface RetryOptions {
  readonly maxRetryCount?: number;
  readonly minimumInterval?: { readonly seconds?: number };
  readonly maximumInterval?: { readonly seconds?: number };
}

/** Milliseconds until the next try, where the function asks for one. */
function pauseBefore({ retryOptions }: FunctionMetadata, attempt: number): number | undefined {
  const { maxRetryCount = 0, minimumInterval, maximumInterval } = (retryOptions ?? {}) as RetryOptions;
  if (attempt >= maxRetryCount) return undefined;
  const least = (minimumInterval?.seconds ?? 0) * 1000;
  return Math.min(least * 2 ** attempt, (maximumInterval?.seconds ?? 0) * 1000);
}

const longestTimer = 2 ** 31 - 1; // milliseconds that a timer of Node can wait

/** False when the signal came first. */
async function waited(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  for (let left = milliseconds; left > 0; left -= longestTimer) {
    const ended = await sleep(Math.min(left, longestTimer), true, { signal }).catch(() => false);
    if (!ended) return false;
  }
  return !signal.aborted;
}
