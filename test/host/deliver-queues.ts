import type { QueueClient } from "@azure/storage-queue";
import hostJson from "../../host.json" with { type: "json" };
import { type Delivered, deliverMessage } from "./deliver-message.ts";
import type { Host } from "./start-host.ts";
import { triggerOf } from "./trigger-of.ts";

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
      const batch = await deliverBatch(host, metadata.name, queue);
      delivered.push(...batch);
      found += batch.length;
    }
    if (found === 0) return delivered;
  }
}

const { batchSize } = hostJson.extensions.queues;
const leaseInSeconds = 600;

async function deliverBatch(host: Host, functionName: string, queue: QueueClient): Promise<readonly Delivered[]> {
  await queue.createIfNotExists(); // as the host does when it begins to listen
  const received = await queue.receiveMessages({ numberOfMessages: batchSize, visibilityTimeout: leaseInSeconds });
  return Promise.all(
    received.receivedMessageItems.map((message) => deliverMessage(host, functionName, queue, message, 0)),
  );
}
