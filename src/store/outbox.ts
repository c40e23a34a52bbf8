import { odata, type TableClient, type TransactionAction } from "@azure/data-tables";
import { AzureError } from "../azure/error.ts";
import type { Delivery, Intent, Receipt } from "../core/intent.ts";
import { mapStored } from "./map-stored.ts";
import { type StorageAccount, statusOf, storing } from "./storage-account.ts";
import type { Outbox, PendingIntent, Settlement, StoredDelivery } from "./store.ts";

/**
 * The outbox in the table `AcrAuditOutbox`: partition is the channel, rows are `intent|<fingerprint>|<seq>`,
 * `delivery|<id>` and `told|<fingerprint>` for receipts, so that intents and receipts change together.
 */
export function createOutbox(account: StorageAccount): Outbox & { prepare(): Promise<void> } {
  const table = account.table("AcrAuditOutbox");

  return {
    prepare: () => storing("create table AcrAuditOutbox", () => table.createTable()),

    intend: (intents) =>
      storing("write intents", async () => {
        for (const [, group] of Map.groupBy(intents, ({ channel }) => channel)) {
          await mapBatches(group, async (batch) => {
            const done = await submitted(
              table,
              batch.map((intent) => ["create", intentRow(intent)]),
            );
            if (!done) await mapStored(batch, (intent) => intendOne(table, intent));
          });
        }
      }),

    pending: (channel) =>
      storing(`list intents of ${channel}`, () =>
        list<IntentRow, PendingIntent>(
          table,
          odata`PartitionKey eq ${channel} and RowKey ge 'intent|' and RowKey lt 'intent}' and state eq 'pending'`,
          pendingOf,
        ),
      ),

    bind: (channel, intents) =>
      storing(`bind intents of ${channel}`, async () => {
        const bound = await mapBatches(intents, async (batch) => {
          if (await submitted(table, batch.map(bindAction))) return batch;
          const one = async (intent: PendingIntent) => ((await bindOne(table, intent)) ? [intent] : []);
          return (await mapStored(batch, one)).flat();
        });
        return bound.flat().map((intent) => ({ ...intent, version: "*" }));
      }),

    delivery: (channel, id) =>
      storing(`read delivery ${id}`, async () => {
        const row = await rowOrNothing<DeliveryRow>(table, channel, deliveryKey(id));
        return row && deliveryOf(row);
      }),

    pendingDeliveries: (channel) =>
      storing(`list deliveries of ${channel}`, async () => {
        const pending = await list<DeliveryRow, StoredDelivery>(
          table,
          odata`PartitionKey eq ${channel} and RowKey ge 'delivery|' and RowKey lt 'delivery}' and state eq 'pending'`,
          deliveryOf,
        );
        return pending.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id));
      }),

    save: (delivery, version) =>
      storing(`write delivery ${delivery.id}`, async () => {
        const row = deliveryRow(delivery);
        try {
          const { etag = "" } =
            version === undefined
              ? await table.createEntity(row)
              : await table.updateEntity(row, "Replace", { etag: version });
          return { ...delivery, version: etag };
        } catch (error) {
          if (statusOf(error) !== 409 && statusOf(error) !== 412) throw error;
          // An answer that was lost makes the client's second try fail.
          const now = await rowOrNothing<DeliveryRow>(table, delivery.channel, row.rowKey);
          return now?.body === row.body ? deliveryOf(now) : undefined;
        }
      }),

    receipts: (channel, fingerprints) =>
      storing(`read receipts of ${channel}`, async () => {
        const wanted = [...new Set(fingerprints)];
        if (wanted.length > pointReads) {
          const filter = odata`PartitionKey eq ${channel} and RowKey ge 'told|' and RowKey lt 'told}'`;
          const all = await list<ReceiptRow, Receipt>(table, filter, receiptOf);
          return new Map(all.map((receipt) => [receipt.fingerprint, receipt]));
        }
        const read = (fingerprint: string) => rowOrNothing<ReceiptRow>(table, channel, receiptKey(fingerprint));
        const rows = await mapStored(wanted, read);
        return new Map(rows.flatMap((row) => (row ? [[receiptOf(row).fingerprint, receiptOf(row)] as const] : [])));
      }),

    settle: (channel, settlements, at) =>
      storing(`settle intents of ${channel}`, async () => {
        const actions = settlements.flatMap((settlement) => settleActions(channel, settlement, at));
        await mapBatches(actions, async (batch) => {
          if (await submitted(table, batch, gone)) return;
          for (const action of batch) await submitted(table, [action], gone); // what somebody replaced stays pending
        });
      }),

    undelivered: (channel) =>
      storing(`list deliveries of ${channel}`, async () => {
        const filter = odata`PartitionKey eq ${channel} and RowKey ge 'delivery|' and RowKey lt 'delivery}' and (state eq 'dead' or state eq 'pending')`;
        const found = await list<DeliveryRow, StoredDelivery>(table, filter, deliveryOf);
        return found
          .filter(({ state, attempts }) => state === "dead" || attempts > 0)
          .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
      }),

    purge: (channel, before) =>
      storing(`purge outbox of ${channel}`, async () => {
        const filters = [
          odata`PartitionKey eq ${channel} and RowKey ge 'intent|' and RowKey lt 'intent}' and state ne 'pending' and settledAt lt ${before.sent}`,
          odata`PartitionKey eq ${channel} and RowKey ge 'delivery|' and RowKey lt 'delivery}' and (state eq 'sent' or state eq 'dropped') and settledAt lt ${before.sent}`,
          odata`PartitionKey eq ${channel} and RowKey ge 'delivery|' and RowKey lt 'delivery}' and state eq 'dead' and settledAt lt ${before.dead}`,
        ];
        for (const filter of filters) {
          const keys = await list<IntentRow, string>(table, filter, ({ rowKey }) => rowKey);
          await mapBatches(keys, async (batch) => {
            const actions = batch.map((rowKey): TransactionAction => ["delete", { partitionKey: channel, rowKey }]);
            await submitted(table, actions, gone);
          });
        }
      }),
  };
}

const batchSize = 100; // the service's limit for one transaction
const pointReads = 16;

type IntentRow = {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly state: "pending" | "sent" | "dead" | "dropped";
  readonly kind: string;
  readonly runId: string;
  readonly createdAt: Date;
  /** JSON, or empty. */
  readonly bound: string;
  readonly maybe: string;
  readonly body: string;
};

type DeliveryRow = {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly state: Delivery["state"];
  readonly runId: string;
  readonly createdAt: Date;
  readonly settledAt?: Date;
  readonly fence: number;
  readonly body: string;
};

type ReceiptRow = {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly seq: number;
  readonly kind: Receipt["kind"];
};

type Stored<Row> = Row & { readonly etag: string };

function intentRow(intent: Intent): IntentRow {
  return {
    partitionKey: intent.channel,
    rowKey: `intent|${intent.fingerprint}|${String(intent.seq).padStart(6, "0")}`,
    state: "pending",
    kind: intent.kind,
    runId: intent.runId,
    createdAt: new Date(intent.createdAt),
    bound: "",
    maybe: "",
    body: JSON.stringify({ ...intent, bound: undefined, maybe: undefined, version: undefined }),
  };
}

function pendingOf({ rowKey, body, bound, maybe, etag }: Stored<IntentRow>): PendingIntent {
  return {
    ...parsed<Intent>(body, rowKey),
    bound: bound === "" ? undefined : parsed<PendingIntent["bound"]>(bound, rowKey),
    maybe: maybe === "" ? undefined : parsed<PendingIntent["maybe"]>(maybe, rowKey),
    version: bound === "" ? etag : "*",
  };
}

function deliveryKey(id: string): string {
  return `delivery|${id}`;
}

function deliveryRow(delivery: Delivery): DeliveryRow {
  const { channel, id, state, runId, createdAt, settledAt, fence } = delivery;
  return {
    partitionKey: channel,
    rowKey: deliveryKey(id),
    state,
    runId,
    createdAt: new Date(createdAt),
    ...(settledAt !== undefined && { settledAt: new Date(settledAt) }),
    fence,
    body: JSON.stringify({ ...delivery, version: undefined }),
  };
}

function deliveryOf({ rowKey, body, etag }: Stored<DeliveryRow>): StoredDelivery {
  return { ...parsed<Delivery>(body, rowKey), version: etag };
}

function receiptKey(fingerprint: string): string {
  return `told|${fingerprint}`;
}

function receiptOf({ rowKey, seq, kind }: ReceiptRow): Receipt {
  return { fingerprint: rowKey.slice("told|".length), seq, kind };
}

/** Bodies are written by this file alone. */
function parsed<T>(body: string, rowKey: string): T {
  try {
    return JSON.parse(body) as T;
  } catch (error) {
    throw new AzureError("malformed", `read ${rowKey} of the outbox`, "its body is not JSON", { cause: error });
  }
}

/**
 * An intent that is there already: of a change that was made, or of one that a process died before making. The second
 * may be another change by now; the first is bound, settled, or the same.
 */
async function intendOne(table: TableClient, intent: Intent): Promise<void> {
  const row = intentRow(intent);
  for (let attempt = 0; attempt < 5; attempt++) {
    const before = await rowOrNothing<IntentRow>(table, row.partitionKey, row.rowKey);
    if (before === undefined) {
      if (await submitted(table, [["create", row]])) return;
      continue;
    }
    const open =
      before.state === "dropped" || (before.state === "pending" && before.bound === "" && before.maybe === "");
    const same = before.state === "pending" && before.kind === row.kind && before.runId === row.runId;
    if (!open || same) return;
    if (await submitted(table, [["update", row, "Replace", { etag: before.etag }]])) return;
  }
  throw new AzureError("unreachable", `write intent ${row.rowKey}`, "others changed it every time it was tried");
}

function bindAction(intent: PendingIntent): TransactionAction {
  const { partitionKey, rowKey } = intentRow(intent);
  const row = { partitionKey, rowKey, bound: column(intent.bound), maybe: column(intent.maybe) };
  return ["update", row, "Merge", { etag: intent.version }];
}

async function bindOne(table: TableClient, intent: PendingIntent): Promise<boolean> {
  if (await submitted(table, [bindAction(intent)])) return true;
  const { partitionKey, rowKey } = intentRow(intent);
  const now = await rowOrNothing<IntentRow>(table, partitionKey, rowKey);
  return now?.bound === column(intent.bound) && now.maybe === column(intent.maybe);
}

function column(value: object | undefined): string {
  return value === undefined ? "" : JSON.stringify(value);
}

function settleActions(channel: string, { intents, state, receipt }: Settlement, settledAt: Date): TransactionAction[] {
  const settled = intents.map((intent): TransactionAction => {
    const { partitionKey, rowKey } = intentRow(intent);
    return ["update", { partitionKey, rowKey, state, settledAt }, "Merge", { etag: intent.version }];
  });
  if (receipt === undefined) return settled;
  const { fingerprint, seq, kind } = receipt;
  // before its intents: where they do not fit into one transaction, they stay pending and are settled again
  return [["upsert", { partitionKey: channel, rowKey: receiptKey(fingerprint), seq, kind }, "Replace"], ...settled];
}

const changed = [409, 412];
const gone = [...changed, 404];

/** Does all or nothing. False: a row is there already, or is not as it was when it was read. */
async function submitted(
  table: TableClient,
  actions: readonly TransactionAction[],
  refusals = changed,
): Promise<boolean> {
  try {
    if (actions.length > 0) await table.submitTransaction([...actions]);
    return true;
  } catch (error) {
    if (refusals.includes(statusOf(error) ?? 0)) return false;
    throw error;
  }
}

async function rowOrNothing<Row extends object>(
  table: TableClient,
  partition: string,
  rowKey: string,
): Promise<Stored<Row> | undefined> {
  try {
    return (await table.getEntity<Row>(partition, rowKey)) as Stored<Row>;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

async function list<Row extends object, Item>(
  table: TableClient,
  filter: string,
  item: (row: Stored<Row>) => Item,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const row of table.listEntities<Row>({ queryOptions: { filter } })) items.push(item(row as Stored<Row>));
  return items;
}

async function mapBatches<Item, Result>(
  items: readonly Item[],
  call: (batch: readonly Item[]) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += batchSize) {
    results.push(await call(items.slice(start, start + batchSize)));
  }
  return results;
}
