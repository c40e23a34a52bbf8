import { odata, type TableClient, type TransactionAction } from "@azure/data-tables";
import { AzureError } from "../azure/error.ts";
import type { Delivery, Intent, Receipt } from "../core/intent.ts";
import { listRows } from "./list-rows.ts";
import { mapBatches } from "./map-batches.ts";
import { mapStored } from "./map-stored.ts";
import { parseStored } from "./parse-stored.ts";
import { rowOrNothing, type StoredRow } from "./row-or-nothing.ts";
import { rowsByKey } from "./rows-by-key.ts";
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
        listRows<IntentRow, PendingIntent>(
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
        const pending = await listRows<DeliveryRow, StoredDelivery>(
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
        const range = odata`PartitionKey eq ${channel} and RowKey ge 'told|' and RowKey lt 'told}'`;
        const rows = await rowsByKey<ReceiptRow>(table, channel, fingerprints.map(receiptKey), range);
        return new Map(rows.map(receiptOf).map((receipt) => [receipt.fingerprint, receipt]));
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
        const found = await listRows<DeliveryRow, StoredDelivery>(table, filter, deliveryOf);
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
          const keys = await listRows<IntentRow, string>(table, filter, ({ rowKey }) => rowKey);
          await mapBatches(keys, async (batch) => {
            const actions = batch.map((rowKey): TransactionAction => ["delete", { partitionKey: channel, rowKey }]);
            await submitted(table, actions, gone);
          });
        }
      }),
  };
}

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

function pendingOf({ rowKey, body, bound, maybe, etag }: StoredRow<IntentRow>): PendingIntent {
  return {
    ...parseStored<Intent>(body, `${rowKey} of the outbox`),
    bound: bound === "" ? undefined : parseStored<PendingIntent["bound"]>(bound, `${rowKey} of the outbox`),
    maybe: maybe === "" ? undefined : parseStored<PendingIntent["maybe"]>(maybe, `${rowKey} of the outbox`),
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

function deliveryOf({ rowKey, body, etag }: StoredRow<DeliveryRow>): StoredDelivery {
  return { ...parseStored<Delivery>(body, `${rowKey} of the outbox`), version: etag };
}

function receiptKey(fingerprint: string): string {
  return `told|${fingerprint}`;
}

function receiptOf({ rowKey, seq, kind }: ReceiptRow): Receipt {
  return { fingerprint: rowKey.slice("told|".length), seq, kind };
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
