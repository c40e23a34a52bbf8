import { odata, type TableClient } from "@azure/data-tables";
import type { StoredFinding } from "../core/reconcile.ts";
import { historyEntry } from "./history-entry.ts";
import { listRows } from "./list-rows.ts";
import { mapBatches } from "./map-batches.ts";
import { parseStored } from "./parse-stored.ts";
import { type StorageAccount, statusOf, storing } from "./storage-account.ts";
import type { HistoryEntry } from "./store.ts";

/**
 * Every change of every finding, in one table a month (`AcrAuditHistory202611`), so that old history goes by dropping a
 * table. Row is `<fingerprint>|<seq>`: writing a change twice writes it once.
 */
export function createHistory(account: StorageAccount) {
  const ready = new Set<string>();

  return {
    write: async (partition: string, entries: readonly HistoryEntry[]): Promise<void> => {
      for (const [name, group] of Map.groupBy(entries, ({ at }) => tableName(at))) {
        await storing(`write history to ${name}`, async () => {
          const table = await open(name);
          await mapBatches(group, (batch) =>
            table.submitTransaction(batch.map((entry) => ["upsert", rowOf(partition, entry), "Replace"])),
          );
        });
      }
    },

    /** Oldest first. Entries that no finding ever came to, because a process died, are left out. */
    of: (finding: StoredFinding): Promise<readonly HistoryEntry[]> =>
      storing(`read history of ${finding.fingerprint}`, async () => {
        const bySeq = new Map<number, HistoryEntry>();
        for (const name of tableNames(finding.firstSeen, finding.changedAt)) {
          for (const entry of await read(account.table(name), finding)) bySeq.set(entry.seq, entry);
        }
        // of two sweeps that write at once, the one that came too late may have left its own entry of this change
        bySeq.set(finding.seq, historyEntry({ kind: finding.change, finding, unchanged: false }));
        return [...bySeq.values()].filter(({ seq }) => seq <= finding.seq).toSorted((a, b) => a.seq - b.seq);
      }),
  };

  async function open(name: string): Promise<TableClient> {
    const table = account.table(name);
    if (!ready.has(name)) await table.createTable();
    ready.add(name);
    return table;
  }
}

async function read(table: TableClient, { fingerprint, subject }: StoredFinding): Promise<readonly HistoryEntry[]> {
  const filter = odata`PartitionKey eq ${subject.partition} and RowKey ge ${`${fingerprint}|`} and RowKey lt ${`${fingerprint}}`}`;
  const entryOf = ({ body, rowKey }: Row) => parseStored<HistoryEntry>(body, `history entry ${rowKey}`);
  try {
    return await listRows(table, filter, entryOf);
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    return []; // a month without changes has no table
  }
}

type Row = { readonly rowKey: string; readonly body: string };

function rowOf(partition: string, entry: HistoryEntry) {
  const rowKey = `${entry.fingerprint}|${String(entry.seq).padStart(6, "0")}`;
  return {
    partitionKey: partition,
    rowKey,
    kind: entry.kind,
    at: new Date(entry.at),
    ruleId: entry.ruleId,
    body: JSON.stringify(entry),
  };
}

function tableName(at: string): string {
  return `AcrAuditHistory${at.slice(0, 4)}${at.slice(5, 7)}`;
}

function tableNames(from: string, to: string): readonly string[] {
  const names: string[] = [];
  const month = new Date(`${from.slice(0, 7)}-01T00:00:00Z`);
  while (month <= new Date(to)) {
    names.push(tableName(month.toISOString()));
    month.setUTCMonth(month.getUTCMonth() + 1);
  }
  return names;
}
