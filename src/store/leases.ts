import { randomUUID } from "node:crypto";
import { rowOrNothing, type StoredRow } from "./row-or-nothing.ts";
import { type StorageAccount, statusOf, storing } from "./storage-account.ts";
import type { Lease, Leases } from "./store.ts";

/**
 * Leases in the table `AcrAuditLeases`: one row each, taken and kept under its ETag. Clocks of processes may differ by
 * less than a lease lasts; whoever writes under a lease does so under ETags of its own, too.
 */
export function createLeases(account: StorageAccount): Leases & { prepare(): Promise<void> } {
  const table = account.table("AcrAuditLeases");

  return {
    prepare: () => storing("create table AcrAuditLeases", () => table.createTable()),

    acquire: (name, now, until) =>
      storing(`acquire lease ${name}`, async () => {
        const before = await read(name);
        if (before !== undefined && before.until.getTime() > now.getTime()) return undefined;
        const mine = { partitionKey, rowKey: name, owner: randomUUID(), fence: (before?.fence ?? 0) + 1, until };
        const version = await write(mine, before?.etag);
        return version === undefined ? undefined : held(mine, version);
      }),
  };

  function held(row: Row, acquired: string): Lease {
    let version = acquired;
    const change = async (until: Date) => {
      const next = await write({ ...row, until }, version);
      version = next ?? version;
      return next !== undefined;
    };
    return {
      fence: row.fence,
      renew: (until) => storing(`renew lease ${row.rowKey}`, () => change(until)),
      release: () => storing(`release lease ${row.rowKey}`, async () => void (await change(new Date(0)))),
    };
  }

  /** The new version; undefined when somebody else was faster. */
  async function write(row: Row, version: string | undefined): Promise<string | undefined> {
    try {
      const answer =
        version === undefined
          ? await table.createEntity(row)
          : await table.updateEntity(row, "Replace", { etag: version });
      return answer.etag;
    } catch (error) {
      if (statusOf(error) !== 409 && statusOf(error) !== 412) throw error;
      const now = await read(row.rowKey); // an answer that was lost makes the client's second try fail
      const written = now?.owner === row.owner && now.until.getTime() === row.until.getTime();
      return written ? now.etag : undefined;
    }
  }

  async function read(name: string): Promise<StoredRow<Row> | undefined> {
    const row = await rowOrNothing<Row>(table, partitionKey, name);
    return row && { ...row, until: new Date(row.until) };
  }
}

const partitionKey = "lease";

type Row = {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly owner: string;
  readonly fence: number;
  readonly until: Date;
};
