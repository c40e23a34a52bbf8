import type { TableClient } from "@azure/data-tables";
import type { StoredRow } from "./row-or-nothing.ts";

/** What is read from each row of a filter, or of the whole table, without keeping the rows. */
export async function listRows<Row extends object, Item>(
  table: TableClient,
  filter: string | undefined,
  read: (row: StoredRow<Row>) => Item,
): Promise<readonly Item[]> {
  const queryOptions = filter === undefined ? {} : { filter };
  const items: Item[] = [];
  for await (const row of table.listEntities<Row>({ queryOptions })) items.push(read(row as StoredRow<Row>));
  return items;
}
