import { setTimeout as sleep } from "node:timers/promises";
import type { Body } from "./world.ts";

export interface ActionGroupOptions {
  /** The webhook, or the function with its key. */
  readonly url: string;
  /** How much of the pauses between calls is really waited: all of them without it. */
  readonly timeScale?: number;
  readonly onCall?: (call: AlertCall) => void;
}

export interface AlertCall {
  readonly alertId: string;
  /** Missing: nobody answered. */
  readonly status?: number;
}

/** Calls one webhook with alerts, as Azure Monitor does. */
export interface ActionGroup {
  readonly calls: readonly AlertCall[];
  /** False: given up, or not even tried, because the group does not call for a quarter of an hour after giving up. */
  readonly call: (alert: Body) => Promise<boolean>;
  /** Lets that quarter of an hour pass. */
  readonly unmute: () => void;
}

// https://learn.microsoft.com/azure/azure-monitor/alerts/action-groups#webhook
const pausesInSeconds = [5, 20, 5, 40, 5];
const retried: ReadonlySet<number> = new Set([408, 429, 503, 504]);
const muteMs = 15 * 60_000;

export function createActionGroup({ url, timeScale = 1, onCall }: ActionGroupOptions): ActionGroup {
  const calls: AlertCall[] = [];
  let mutedUntil = 0;
  return {
    calls,
    call: async (alert) => {
      for (const pause of [...pausesInSeconds, undefined]) {
        if (Date.now() < mutedUntil) return false;
        const status = await post(url, alert);
        const call = { alertId: alertIdOf(alert), ...(status !== undefined && { status }) };
        calls.push(call);
        onCall?.(call);
        if (status !== undefined && !retried.has(status)) return status >= 200 && status < 300;
        if (pause !== undefined) await sleep(pause * 1000 * timeScale);
      }
      mutedUntil = Date.now() + muteMs;
      return false;
    },
    unmute: () => {
      mutedUntil = 0;
    },
  };
}

async function post(url: string, alert: Body): Promise<number | undefined> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", "user-agent": "IcMBroadcaster/1.0" },
      body: JSON.stringify(alert),
      redirect: "manual",
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}

function alertIdOf({ data }: Body): string {
  return String((data as { essentials?: { alertId?: unknown } } | undefined)?.essentials?.alertId);
}
