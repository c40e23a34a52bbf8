import { AzureError } from "../azure/error.ts";
import type { Channel } from "../notify/notifier.ts";
import { type Dispatched, dispatch } from "./dispatch.ts";
import { acquireLease } from "./kept-lease.ts";
import type { Runtime } from "./runtime.ts";

/** What one pass did for one channel. */
export interface Delivered extends Dispatched {
  readonly channel: string;
  /** Another process is at it. */
  readonly busy: boolean;
  /** The storage did not do its part; the next pass goes on. */
  readonly error?: AzureError;
}

export interface DeliverOptions {
  /** How long to wait for another process that is at it, or died at it. */
  readonly patienceMs?: number;
}

const nothing: Dispatched = { sent: 0, dead: 0, waiting: 0 };

/**
 * Tells every channel what it has not been told yet. Can run at any time, in any number of processes, and die at any
 * point: what was not sent is sent by the next pass. One channel that fails does not hold up the others.
 */
export function deliverDue(runtime: Runtime, { patienceMs = 0 }: DeliverOptions = {}): Promise<readonly Delivered[]> {
  return Promise.all(runtime.channels.map((channel) => deliverTo(runtime, channel, patienceMs)));
}

async function deliverTo(runtime: Runtime, channel: Channel, patienceMs: number): Promise<Delivered> {
  const { name } = channel.notifier;
  const idle = { channel: name, ...nothing, busy: false };
  try {
    if (await isEmpty(runtime, name)) return idle;
    const lease = await acquireLease(runtime, `deliver-${name}`, patienceMs);
    if (lease === undefined) return { ...idle, busy: true };
    try {
      return { channel: name, ...(await dispatch(runtime, channel, lease)), busy: false };
    } finally {
      await lease.release();
    }
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
    return error.reason === "notFound" ? idle : { ...idle, error }; // there is no table before the first sweep
  }
}

async function isEmpty({ store: { outbox } }: Runtime, name: string): Promise<boolean> {
  return (await outbox.pending(name)).length === 0 && (await outbox.pendingDeliveries(name)).length === 0;
}
