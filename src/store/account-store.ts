import { createFindings } from "./findings.ts";
import { createRuns } from "./runs.ts";
import { createSlices } from "./slices.ts";
import { type StorageAccount, storing } from "./storage-account.ts";
import type { Store } from "./store.ts";

const containerName = "acraudit";

/** Everything in the customer's storage account: tables for findings, history and runs, blobs for slices. */
export function createAccountStore(account: StorageAccount): Store {
  const findings = createFindings(account);
  const runs = createRuns(account, containerName);
  return {
    lasting: true,
    findings,
    runs,
    slices: createSlices(account, containerName),
    prepare: async () => {
      await Promise.all([findings.prepare(), runs.prepare()]);
      await storing(`create container ${containerName}`, () => account.container(containerName).createIfNotExists());
    },
  };
}
