import type { Slice } from "../core/slice.ts";
import { readBlob, writeBlob } from "./blob.ts";
import type { StorageAccount } from "./storage-account.ts";
import type { Slices } from "./store.ts";

/** Slices as blobs: written once by the inventory, read by one worker each. */
export function createSlices(account: StorageAccount, containerName: string): Slices {
  const container = account.container(containerName);
  const blobName = (runId: string, unitId: string) => `runs/${runId}/slices/${unitId}.json`;
  return {
    write: (runId, slice) => writeBlob(container, blobName(runId, slice.id), slice),
    read: (runId, unitId) => readBlob<Slice>(container, blobName(runId, unitId)),
  };
}
