import { createHash } from "node:crypto";
import { odata } from "@azure/data-tables";
import { type StorageAccount, statusOf, storing } from "./storage-account.ts";
import type { ClaimKey, Claims } from "./store.ts";

/** Claims in the table `AcrAuditClaims`: partition is the day, row the hash of the name. */
export function createClaims(account: StorageAccount): Claims & { prepare(): Promise<void> } {
  const table = account.table("AcrAuditClaims");

  return {
    prepare: () => storing("create table AcrAuditClaims", () => table.createTable()),

    take: (key, { at, until }) =>
      storing(`claim ${key.name}`, async () => {
        const row = { ...rowOf(key), name: key.name, done: false, until };
        try {
          await table.createEntity(row);
          return "taken";
        } catch (error) {
          if (statusOf(error) !== 409) throw error;
        }
        try {
          const claim = await table.getEntity<Claim>(row.partitionKey, row.rowKey);
          if (claim.done) return "done";
          if (new Date(claim.until) > at) return "busy";
          await table.updateEntity(row, "Replace", { etag: claim.etag }); // whoever held it died
          return "taken";
        } catch (error) {
          // somebody else was faster with it, in whatever way
          if (statusOf(error) === 404 || statusOf(error) === 412) return "busy";
          throw error;
        }
      }),

    settle: (key) =>
      storing(`settle ${key.name}`, async () => {
        await table.upsertEntity({ ...rowOf(key), name: key.name, done: true, until: new Date(0) }, "Replace");
      }),

    release: (key) =>
      storing(`release ${key.name}`, async () => {
        const { partitionKey, rowKey } = rowOf(key);
        await table.deleteEntity(partitionKey, rowKey).catch((error: unknown) => {
          if (statusOf(error) !== 404) throw error;
        });
      }),

    prune: (day) =>
      storing("prune claims", async () => {
        const queryOptions = { filter: odata`PartitionKey lt ${day}`, select: ["partitionKey", "rowKey"] };
        let removed = 0;
        for await (const { partitionKey = "", rowKey = "" } of table.listEntities({ queryOptions })) {
          await table.deleteEntity(partitionKey, rowKey).catch((error: unknown) => {
            if (statusOf(error) !== 404) throw error;
          });
          if (++removed === pruneLimit) return;
        }
      }),
  };
}

const pruneLimit = 500;

type Claim = { readonly done: boolean; readonly until: Date };

function rowOf({ day, name }: ClaimKey) {
  return { partitionKey: day, rowKey: createHash("sha256").update(name.toLowerCase()).digest("hex") };
}
