import { createHash } from "node:crypto";
import { odata, type TransactionAction } from "@azure/data-tables";
import type { FindingRef } from "../core/intent.ts";
import type { Change, StoredFinding } from "../core/reconcile.ts";
import { createHistory } from "./history.ts";
import { historyEntry } from "./history-entry.ts";
import { listRows } from "./list-rows.ts";
import { mapBatches } from "./map-batches.ts";
import { mapStored } from "./map-stored.ts";
import { parseStored } from "./parse-stored.ts";
import type { StoredRow } from "./row-or-nothing.ts";
import { rowsByKey } from "./rows-by-key.ts";
import { type StorageAccount, statusOf, storing } from "./storage-account.ts";
import type { Findings, LoadedFindings } from "./store.ts";

/**
 * Findings in the table `AcrAuditFindings`: partition is the subscription (or `principals`), row is
 * `<hash of the subject>|<rule>|<fingerprint>`, so that all findings of a subject are one range. Columns are for
 * queries; `body` is the whole finding as JSON.
 */
export function createFindings(account: StorageAccount): Findings & { prepare(): Promise<void> } {
  const table = account.table("AcrAuditFindings");
  const history = createHistory(account);

  return {
    prepare: () => storing("create table AcrAuditFindings", () => table.createTable()),

    load: (partition) =>
      storing(`load findings of ${partition}`, async () => {
        const versions = new Map<string, string>();
        const filter = odata`PartitionKey eq ${partition}`;
        const findings = await listRows(table, filter, (row: StoredRow<Row>) => {
          const finding = findingOf(row);
          versions.set(finding.fingerprint, row.etag);
          return finding;
        });
        return { findings, versions };
      }),

    commit: async (partition, loaded, changes) => {
      const changed = changes.filter(({ unchanged }) => !unchanged);
      await history.write(partition, changed.filter(({ kind }) => kind !== "stillOpen").map(historyEntry));
      return storing(`store findings of ${partition}`, () => commit(partition, loaded, changed));
    },

    list: ({ state }) => storing("list findings", () => listRows(table, state && odata`state eq ${state}`, findingOf)),

    find: (refs) =>
      storing("read findings", async () => {
        const groups = [...Map.groupBy(refs, ({ partition }) => partition)];
        const found = await mapStored(groups, ([partition, group]) => find(partition, group));
        return found.flat();
      }),

    history: (finding) => history.of(finding),
  };

  async function find(partition: string, refs: readonly FindingRef[]): Promise<readonly StoredFinding[]> {
    const keys = refs.map(({ subjectId, ruleId, fingerprint }) => rowKeyOf(subjectId, ruleId, fingerprint));
    const rows = await rowsByKey<Row>(table, partition, keys, odata`PartitionKey eq ${partition}`);
    return rows.map(findingOf);
  }

  async function commit(
    partition: string,
    { versions }: LoadedFindings,
    changes: readonly Change[],
  ): Promise<"committed" | "conflict"> {
    const action = ({ finding }: Change): TransactionAction => {
      const version = versions.get(finding.fingerprint);
      const row = rowOf(partition, finding);
      return version === undefined ? ["create", row] : ["update", row, "Replace", { etag: version }];
    };
    try {
      await mapBatches(changes, (batch) => table.submitTransaction(batch.map(action)));
      return "committed";
    } catch (error) {
      if (statusOf(error) === 409 || statusOf(error) === 412) return "conflict";
      throw error;
    }
  }
}

type Row = {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly state: string;
  readonly severity: string;
  readonly ruleId: string;
  readonly subjectId: string;
  readonly seq: number;
  readonly openedAt: Date;
  readonly changedAt: Date;
  readonly runId: string;
  readonly body: string;
};

function rowOf(partition: string, finding: StoredFinding): Row {
  const { state, severity, ruleId, subject, seq, openedAt, changedAt, runId, fingerprint } = finding;
  return {
    partitionKey: partition,
    rowKey: rowKeyOf(subject.id, ruleId, fingerprint),
    state,
    severity,
    ruleId,
    subjectId: subject.id,
    seq,
    openedAt: new Date(openedAt),
    changedAt: new Date(changedAt),
    runId,
    body: JSON.stringify(finding),
  };
}

function rowKeyOf(subjectId: string, ruleId: string, fingerprint: string): string {
  const subjectHash = createHash("sha256").update(subjectId.toLowerCase()).digest("hex").slice(0, 20);
  return `${subjectHash}|${ruleId}|${fingerprint}`;
}

function findingOf({ body, rowKey }: Row): StoredFinding {
  return parseStored(body, `finding ${rowKey}`);
}
