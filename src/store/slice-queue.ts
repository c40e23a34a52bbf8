import { type StorageAccount, storing } from "./storage-account.ts";

/** The queue between the timer and the workers. The host moves what failed too often to `<name>-poison`. */
export const sliceQueueName = "acraudit-slices";

/** Names one slice of one run. */
export interface SliceMessage {
  readonly runId: string;
  readonly unitId: string;
}

export interface SliceQueue {
  /** Makes the queue where it is not there yet. */
  prepare(): Promise<void>;
  enqueue(message: SliceMessage): Promise<void>;
}

export function createSliceQueue(account: StorageAccount): SliceQueue {
  const queue = account.queue(sliceQueueName);
  return {
    prepare: () => storing(`create queue ${sliceQueueName}`, async () => void (await queue.createIfNotExists())),
    enqueue: (message) =>
      storing(`enqueue slice ${message.unitId} of ${message.runId}`, async () => {
        // The host takes base64 only (`messageEncoding` in host.json); anything else goes to the poison queue.
        await queue.sendMessage(Buffer.from(JSON.stringify(message)).toString("base64"));
      }),
  };
}
