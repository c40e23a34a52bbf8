import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import hostJson from "../../host.json" with { type: "json" };
import type { Host } from "./start-host.ts";

export interface Delivered {
  readonly functionName: string;
  readonly text: string;
  readonly outcome: "done" | "failed" | "poisoned";
}

const { maxDequeueCount } = hostJson.extensions.queues;

/** Calls a function with one message; a failure puts it back, and the last one into the queue `<name>-poison`. */
export async function deliverMessage(
  host: Host,
  functionName: string,
  queue: QueueClient,
  { messageId, popReceipt, messageText, dequeueCount }: DequeuedMessageItem,
  hiddenInSeconds: number,
): Promise<Delivered> {
  const text = Buffer.from(messageText, "base64").toString("utf8");
  try {
    await host.queue(functionName, text, dequeueCount);
    await queue.deleteMessage(messageId, popReceipt);
    return { functionName, text, outcome: "done" };
  } catch {
    if (dequeueCount < maxDequeueCount || queue.name.endsWith("-poison")) {
      await queue.updateMessage(messageId, popReceipt, messageText, hiddenInSeconds);
      return { functionName, text, outcome: "failed" };
    }
    const poison = host.runtime.account?.queue(`${queue.name}-poison`);
    await poison?.createIfNotExists();
    await poison?.sendMessage(messageText);
    await queue.deleteMessage(messageId, popReceipt);
    return { functionName, text, outcome: "poisoned" };
  }
}
