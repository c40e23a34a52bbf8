import { createHash } from "node:crypto";
import { odata, type TableClient, type TransactionAction } from "@azure/data-tables";
import { AzureError } from "../azure/error.ts";
import type { FindingRef } from "../core/intent.ts";
import type { Change, StoredFinding } from "../core/reconcile.ts";
import { createHistory } from "./history.ts";
import { historyEntry } from "./history-entry.ts";
import { mapStored } from "./map-stored.ts";
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
        const findings: StoredFinding[] = [];
        const versions = new Map<string, string>();
        const rows = table.listEntities<Row>({ queryOptions: { filter: odata`PartitionKey eq ${partition}` } });
        for await (const row of rows) {
          const finding = findingOf(row);
          findings.push(finding);
          versions.set(finding.fingerprint, row.etag);
        }
        return { findings, versions };
      }),

    commit: async (partition, loaded, changes) => {
      const changed = changes.filter(({ unchanged }) => !unchanged);
      await history.write(partition, changed.filter(({ kind }) => kind !== "stillOpen").map(historyEntry));
      return storing(`store findings of ${partition}`, () => commit(partition, loaded, changed));
    },

    list: ({ state }) =>
      storing("list findings", async () => {
        const queryOptions = state === undefined ? {} : { filter: odata`state eq ${state}` };
        const findings: StoredFinding[] = [];
        for await (const row of table.listEntities<Row>({ queryOptions })) findings.push(findingOf(row));
        return findings;
      }),

    find: (refs) =>
      storing("read findings", async () => {
        const groups = [...Map.groupBy(refs, ({ partition }) => partition)];
        const found = await mapStored(groups, ([partition, group]) => find(partition, group));
        return found.flat();
      }),

    history: (finding) => history.of(finding),
  };

  /** One by one, or the whole partition at once where that is fewer requests. */
  async function find(partition: string, refs: readonly FindingRef[]): Promise<readonly StoredFinding[]> {
    const wanted = new Set(refs.map(({ fingerprint }) => fingerprint));
    if (wanted.size > pointReads) {
      const rows = table.listEntities<Row>({ queryOptions: { filter: odata`PartitionKey eq ${partition}` } });
      const findings: StoredFinding[] = [];
      for await (const row of rows) findings.push(findingOf(row));
      return findings.filter(({ fingerprint }) => wanted.has(fingerprint));
    }
    const keys = [
      ...new Set(refs.map(({ subjectId, ruleId, fingerprint }) => rowKeyOf(subjectId, ruleId, fingerprint))),
    ];
    const rows = await mapStored(keys, (rowKey) => rowOrNothing(table, partition, rowKey));
    return rows.flatMap((row) => (row === undefined ? [] : [findingOf(row)]));
  }

  async function commit(
    partition: string,
    { versions }: LoadedFindings,
    changes: readonly Change[],
  ): Promise<"committed" | "conflict"> {
    for (let start = 0; start < changes.length; start += batchSize) {
      const batch = changes.slice(start, start + batchSize).map(({ finding }): TransactionAction => {
        const version = versions.get(finding.fingerprint);
        const row = rowOf(partition, finding);
        return version === undefined ? ["create", row] : ["update", row, "Replace", { etag: version }];
      });
      try {
        await table.submitTransaction(batch);
      } catch (error) {
        if (statusOf(error) === 409 || statusOf(error) === 412) return "conflict";
        throw error;
      }
    }
    return "committed";
  }
}

const batchSize = 100; // the service's limit for one transaction
const pointReads = 16;

async function rowOrNothing(table: TableClient, partition: string, rowKey: string) {
  try {
    return await table.getEntity<Row>(partition, rowKey);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
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

function findingOf(row: Pick<Row, "body" | "rowKey"> & { readonly rowKey?: string }): StoredFinding {
  try {
    return JSON.parse(row.body) as StoredFinding; // written by `rowOf` alone
  } catch (error) {
    throw new AzureError("malformed", `read finding ${row.rowKey}`, "its body is not JSON", { cause: error });
  }
}
