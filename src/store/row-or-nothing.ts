import type { TableClient } from "@azure/data-tables";
import { statusOf } from "./storage-account.ts";

/** A row as it was when it was read. */
export type StoredRow<Row> = Row & { readonly etag: string };

export async function rowOrNothing<Row extends object>(
  table: TableClient,
  partition: string,
  rowKey: string,
): Promise<StoredRow<Row> | undefined> {
  try {
    return (await table.getEntity<Row>(partition, rowKey)) as StoredRow<Row>;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
