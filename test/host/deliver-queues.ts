import type { QueueClient } from "@azure/storage-queue";
import hostJson from "../../host.json" with { type: "json" };
import { type Host, triggerOf } from "./start-host.ts";

export interface Delivered {
  readonly functionName: string;
  readonly text: string;
  readonly outcome: "done" | "failed" | "poisoned";
}

/**
 * Delivers what is on the app's storage queues until they are empty, as the host does it: in base64, more than once after
 * a failure, and to `<name>-poison` after the last. The host's pause before a message is tried again is left out.
 */
export async function deliverQueues(host: Host): Promise<readonly Delivered[]> {
  const { account } = host.runtime;
  if (!account) throw new Error("The app has no storage account.");
  const delivered: Delivered[] = [];
  const functions = host.functions.filter((metadata) => triggerOf(metadata).type === "queueTrigger");
  for (;;) {
    let found = 0;
    for (const metadata of functions) {
      const queue = account.queue(String(triggerOf(metadata).queueName));
      const batch = await deliverBatch(host, metadata.name, queue, (name) => account.queue(name));
      delivered.push(...batch);
      found += batch.length;
    }
    if (found === 0) return delivered;
  }
}

const { batchSize, maxDequeueCount } = hostJson.extensions.queues;
const leaseInSeconds = 600;

async function deliverBatch(
  host: Host,
  functionName: string,
  queue: QueueClient,
  open: (name: string) => QueueClient,
): Promise<readonly Delivered[]> {
  await queue.createIfNotExists(); // as the host does when it begins to listen
  const received = await queue.receiveMessages({ numberOfMessages: batchSize, visibilityTimeout: leaseInSeconds });
  return Promise.all(
    received.receivedMessageItems.map(async ({ messageId, popReceipt, messageText, dequeueCount }) => {
      const text = Buffer.from(messageText, "base64").toString("utf8");
      try {
        await host.queue(functionName, text, dequeueCount);
        await queue.deleteMessage(messageId, popReceipt);
        return { functionName, text, outcome: "done" };
      } catch {
        if (dequeueCount < maxDequeueCount || queue.name.endsWith("-poison")) {
          await queue.updateMessage(messageId, popReceipt, messageText, 0);
          return { functionName, text, outcome: "failed" };
        }
        const poison = open(`${queue.name}-poison`);
        await poison.createIfNotExists();
        await poison.sendMessage(messageText);
        await queue.deleteMessage(messageId, popReceipt);
        return { functionName, text, outcome: "poisoned" };
      }
    }),
  );
}
