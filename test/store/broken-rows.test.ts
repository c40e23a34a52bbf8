import { gzipSync } from "node:zlib";
import { beforeEach, expect, test } from "vitest";
import { AzureError } from "../../src/azure/error.ts";
import { noUsage } from "../../src/core/usage.ts";
import { createAccountStore } from "../../src/store/account-store.ts";
import { openStorageAccount, type StorageAccount } from "../../src/store/storage-account.ts";
import type { Store } from "../../src/store/store.ts";
import { sharedAzurite } from "../azurite.ts";
import { storedFinding } from "../report/stored-finding.ts";

const patience = { maxRetries: 1, retryDelayInMs: 1, throttledRetries: 1, throttledDelayInMs: 1 };
const finding = storedFinding({ changedAt: "2026-02-01T03:00:00.000Z" });
const { partition } = finding.subject;

let account: StorageAccount;
let store: Store;

beforeEach(async () => {
  const connectionString = (await sharedAzurite()).newAccount();
  account = openStorageAccount({ connectionString }, { getToken: () => Promise.resolve(null) }, patience);
  store = createAccountStore(account);
  await store.prepare();
  const inventory = {
    subscriptions: 1,
    registries: 1,
    pullers: 0,
    principals: 0,
    seconds: 1,
    usage: noUsage,
    coverage: [],
  };
  await store.runs.start(
    {
      runId: "run-1",
      trigger: "timer",
      cloud: "public",
      startedAt: finding.firstSeen,
      scope: "all",
      units: 0,
      inventory,
    },
    [],
  );
  await store.findings.commit(partition, { findings: [], versions: new Map() }, [
    { kind: "opened", finding, unchanged: false },
  ]);
});

/** Cuts off the end of what the rows of a table hold. */
async function spoil(tableName: string): Promise<void> {
  const table = account.table(tableName);
  for await (const { partitionKey = "", rowKey = "", body } of table.listEntities<{ body: string }>()) {
    await table.updateEntity({ partitionKey, rowKey, body: body.slice(0, -1) }, "Merge");
  }
}

test.for<readonly [string, string, () => Promise<unknown>]>([
  ["a run", "AcrAuditRuns", () => store.runs.get("run-1")],
  ["the list of runs", "AcrAuditRuns", () => store.runs.latest(1)],
  ["the history of a finding", "AcrAuditHistory202602", () => store.findings.history(finding)],
  ["the list of findings", "AcrAuditFindings", () => store.findings.list({})],
])("%s that is not JSON is an error of the storage", async ([, tableName, read]) => {
  expect(await read()).toBeDefined();
  await spoil(tableName);
  const error = await read().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AzureError);
  expect(error).toMatchObject({ reason: "malformed", message: expect.stringMatching(/what is stored is not JSON$/) });
});

test("a slice that is not JSON is an error of the storage", async () => {
  const bytes = gzipSync("{");
  await account.container("acraudit").getBlockBlobClient("runs/run-1/slices/unit.json").upload(bytes, bytes.length);
  await expect(store.slices.read("run-1", "unit")).rejects.toThrow(AzureError);
});
