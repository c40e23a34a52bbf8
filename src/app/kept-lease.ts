import { setTimeout as sleep } from "node:timers/promises";
import { AzureError } from "../azure/error.ts";
import type { Runtime } from "./runtime.ts";

/** A lease that its holder asks for again before each thing that nobody else may do at the same time. */
export interface KeptLease {
  readonly fence: number;
  /** Throws an AzureError where somebody else has it by now: whatever he does, it is his. */
  keep(): Promise<void>;
  release(): Promise<void>;
}

const leaseMs = 30_000;
/** What an attempt to send and the writes around it take at most. */
const enoughMs = 20_000;
const pollMs = 500;

/** Waits so long for a lease that somebody else has, or died with. */
export async function acquireLease(
  { store, now }: Pick<Runtime, "store" | "now">,
  name: string,
  patienceMs: number,
): Promise<KeptLease | undefined> {
  const end = () => new Date(now().getTime() + leaseMs);
  for (const started = performance.now(); ; ) {
    let until = end();
    const lease = await store.leases.acquire(name, now(), until);
    if (lease !== undefined) {
      const keep = async () => {
        if (until.getTime() - now().getTime() > enoughMs) return;
        until = end();
        if (await lease.renew(until)) return;
        throw new AzureError("throttled", `renew lease ${name}`, "another process has it by now");
      };
      return { fence: lease.fence, keep, release: () => lease.release() };
    }
    if (performance.now() - started >= patienceMs) return undefined;
    await sleep(pollMs);
  }
}
