import { createClaims } from "./claims.ts";
import { createFindings } from "./findings.ts";
import { createLeases } from "./leases.ts";
import { createOutbox } from "./outbox.ts";
import { createRuns } from "./runs.ts";
import { createSlices } from "./slices.ts";
import { type StorageAccount, storing } from "./storage-account.ts";
import type { Store } from "./store.ts";
import { createWatermarks } from "./watermarks.ts";

const containerName = "acraudit";

/** Everything in the customer's storage account: tables for findings, history, runs, the outbox and leases, blobs for slices. */
export function createAccountStore(account: StorageAccount): Store {
  const findings = createFindings(account);
  const runs = createRuns(account, containerName);
  const outbox = createOutbox(account);
  const leases = createLeases(account);
  const claims = createClaims(account);
  const watermarks = createWatermarks(account);
  const make = async () => {
    const tables = [findings, runs, claims, watermarks, outbox, leases];
    await Promise.all(tables.map((table) => table.prepare()));
    await storing(`create container ${containerName}`, () => account.container(containerName).createIfNotExists());
  };
  let made: Promise<void> | undefined;
  return {
    lasting: true,
    findings,
    runs,
    slices: createSlices(account, containerName),
    outbox,
    leases,
    claims,
    watermarks,
    prepare: async () => {
      made ??= make();
      try {
        await made;
      } catch (error) {
        made = undefined; // the next call tries again
        throw error;
      }
    },
  };
}
