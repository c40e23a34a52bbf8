import type { TableClient } from "@azure/data-tables";
import { listRows } from "./list-rows.ts";
import { mapStored } from "./map-stored.ts";
import { rowOrNothing, type StoredRow } from "./row-or-nothing.ts";

const pointReads = 16;

/** Those of some rows that are there: one by one, or all that `range` has at once where that is fewer requests. */
export async function rowsByKey<Row extends { readonly rowKey: string }>(
  table: TableClient,
  partition: string,
  keys: Iterable<string>,
  range: string,
): Promise<readonly StoredRow<Row>[]> {
  const wanted = new Set(keys);
  const rows =
    wanted.size > pointReads
      ? await listRows(table, range, (row: StoredRow<Row>) => (wanted.has(row.rowKey) ? row : undefined))
      : await mapStored([...wanted], (rowKey) => rowOrNothing<Row>(table, partition, rowKey));
  return rows.filter((row) => row !== undefined);
}
