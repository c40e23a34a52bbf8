import { setTimeout as sleep } from "node:timers/promises";
import hostJson from "../../host.json" with { type: "json" };
import { deliverMessage } from "./deliver-message.ts";
import type { Host } from "./start-host.ts";
import { triggerOf } from "./trigger-of.ts";

const { batchSize, newBatchThreshold, visibilityTimeout } = hostJson.extensions.queues;
const leaseInSeconds = 600;
const firstPauseMs = 100;
const longestPauseMs = 2000; // the host's own is a minute, which nobody at a terminal wants to wait

/** Reads the app's queues until the signal, in batches and with the limits of host.json. Ends when all that it took is done. */
export async function pollQueues(host: Host, signal: AbortSignal, timeScale: number): Promise<void> {
  const functions = host.functions.filter((metadata) => triggerOf(metadata).type === "queueTrigger");
  const hiddenInSeconds = Math.round(secondsIn(visibilityTimeout) * timeScale);
  await Promise.all(
    functions.map((metadata) =>
      pollQueue(host, metadata.name, String(triggerOf(metadata).queueName), hiddenInSeconds, signal),
    ),
  );
}

async function pollQueue(
  host: Host,
  functionName: string,
  queueName: string,
  hiddenInSeconds: number,
  signal: AbortSignal,
): Promise<void> {
  const queue = host.runtime.account?.queue(queueName);
  if (!queue) return;
  const open = new Set<Promise<void>>();
  let pause = firstPauseMs;
  while (!signal.aborted) {
    const found = open.size > newBatchThreshold ? 0 : await take();
    pause = found > 0 ? firstPauseMs : Math.min(pause * 2, longestPauseMs);
    await sleep(open.size > 0 ? firstPauseMs : pause, undefined, { signal }).catch(() => {});
  }
  await Promise.all(open);

  /** A storage account that does not answer is asked again later. */
  async function take(): Promise<number> {
    try {
      await queue?.createIfNotExists();
      const received = await queue?.receiveMessages({
        numberOfMessages: batchSize,
        visibilityTimeout: leaseInSeconds,
        abortSignal: signal,
      });
      for (const message of received?.receivedMessageItems ?? []) {
        if (!queue) continue;
        const done = deliverMessage(host, functionName, queue, message, hiddenInSeconds).then(
          () => {},
          () => {}, // the message comes back when its lease has run out
        );
        open.add(done);
        void done.then(() => open.delete(done));
      }
      return received?.receivedMessageItems.length ?? 0;
    } catch {
      return 0;
    }
  }
}

/** `00:01:00` */
function secondsIn(time: string): number {
  return time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}
