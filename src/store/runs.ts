import { odata } from "@azure/data-tables";
import type { Run, Unit, UnitResult } from "../core/run.ts";
import { readBlob, writeBlob } from "./blob.ts";
import { mapBatches } from "./map-batches.ts";
import { mapStored } from "./map-stored.ts";
import { parseStored } from "./parse-stored.ts";
import { type StorageAccount, storing } from "./storage-account.ts";
import type { Runs } from "./store.ts";

/**
 * Runs in the table `AcrAuditRuns`, newest first: partition `run`, row `<reverse time>|<run id>`. Their units: partition is the
 * run id, row the unit id. What came of a unit is a blob, because its gaps can be many.
 */
export function createRuns(account: StorageAccount, containerName: string): Runs & { prepare(): Promise<void> } {
  const table = account.table("AcrAuditRuns");
  const container = account.container(containerName);
  const resultName = (runId: string, unitId: string) => `runs/${runId}/results/${unitId}.json`;

  const write = (run: Run) =>
    table.upsertEntity(
      {
        partitionKey: "run",
        rowKey: rowKey(run),
        runId: run.runId,
        startedAt: new Date(run.startedAt),
        body: JSON.stringify(run),
      },
      "Replace",
    );

  async function runs(filter: string, count: number): Promise<readonly Run[]> {
    const found: Run[] = [];
    for await (const row of table.listEntities<{ runId: string; body: string }>({ queryOptions: { filter } })) {
      found.push(parseStored<Run>(row.body, `run ${row.runId}`));
      if (found.length === count) break;
    }
    return found;
  }

  async function units(filter: string, limit = Number.POSITIVE_INFINITY): Promise<readonly Unit[]> {
    const found: Unit[] = [];
    for await (const row of table.listEntities<{ name: string; state: Unit["state"] }>({ queryOptions: { filter } })) {
      found.push({ unitId: row.rowKey ?? "", name: row.name, state: row.state });
      if (found.length >= limit) break;
    }
    return found;
  }

  return {
    prepare: () => storing("create table AcrAuditRuns", () => table.createTable()),

    start: (run, units) =>
      storing(`start ${run.runId}`, async () => {
        await mapBatches(units, (batch) =>
          table.submitTransaction(
            batch.map(({ unitId, name, state }) => [
              "upsert",
              { partitionKey: run.runId, rowKey: unitId, name, state },
              "Replace",
            ]),
          ),
        );
        await write(run);
      }),

    get: (runId) =>
      storing(`read run ${runId}`, async () => {
        const filter = odata`PartitionKey eq 'run' and runId eq ${runId}`;
        const [run] = await runs(filter, 1);
        return run;
      }),

    latest: (count) => storing("list runs", () => runs(odata`PartitionKey eq 'run'`, count)),

    unit: (runId, unitId) =>
      storing(`read unit ${unitId} of ${runId}`, async () => {
        const [unit] = await units(odata`PartitionKey eq ${runId} and RowKey eq ${unitId}`, 1);
        return unit;
      }),

    pending: (runId, limit) =>
      storing(`list units of ${runId}`, () => units(odata`PartitionKey eq ${runId} and state eq 'pending'`, limit)),

    settle: (runId, result) =>
      storing(`settle ${result.unitId} of ${runId}`, async () => {
        await writeBlob(container, resultName(runId, result.unitId), result);
        const { unitId, name, state } = result;
        await table.upsertEntity({ partitionKey: runId, rowKey: unitId, name, state }, "Replace");
      }),

    results: async (runId) => {
      const settled = await storing(`list units of ${runId}`, () =>
        units(odata`PartitionKey eq ${runId} and state ne 'pending'`),
      );
      return mapStored(settled, ({ unitId }) => readBlob<UnitResult>(container, resultName(runId, unitId)));
    },

    finish: (run) => storing(`finish ${run.runId}`, async () => void (await write(run))),
  };
}

/** Ascending rows are newest first. */
function rowKey({ startedAt, runId }: Run): string {
  return `${String(9_999_999_999_999 - Date.parse(startedAt)).padStart(13, "0")}|${runId}`;
}
