import { createHash } from "node:crypto";
import { rowOrNothing } from "./row-or-nothing.ts";
import { type StorageAccount, statusOf, storing } from "./storage-account.ts";
import type { Watermarks } from "./store.ts";

/** How far the logs have been seen, in the table `AcrAuditWatermarks`: partition `logs`, one row a workspace. */
export function createWatermarks(account: StorageAccount): Watermarks & { prepare(): Promise<void> } {
  const table = account.table("AcrAuditWatermarks");

  const read = (rowKey: string) => rowOrNothing<Row>(table, "logs", rowKey);

  return {
    prepare: () => storing("create table AcrAuditWatermarks", () => table.createTable()),

    get: (workspaceId) =>
      storing(`read watermark of ${workspaceId}`, async () => {
        const row = await read(rowKeyOf(workspaceId));
        return row && new Date(row.at);
      }),

    advance: (workspaceId, to) =>
      storing(`advance watermark of ${workspaceId}`, async () => {
        const rowKey = rowKeyOf(workspaceId);
        const next = { partitionKey: "logs", rowKey, workspaceId, at: to.toISOString() };
        try {
          const row = await read(rowKey);
          if (row === undefined) await table.createEntity(next);
          else if (new Date(row.at) < to) await table.updateEntity(next, "Replace", { etag: row.etag });
        } catch (error) {
          // another sweep moved it; what this one saw it will see again
          if (statusOf(error) !== 409 && statusOf(error) !== 412) throw error;
        }
      }),
  };
}

type Row = { readonly at: string };

function rowKeyOf(workspaceId: string): string {
  return createHash("sha256").update(workspaceId.toLowerCase()).digest("hex").slice(0, 40);
}
