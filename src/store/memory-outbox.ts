import type { Delivery, Intent, Receipt } from "../core/intent.ts";
import type { Outbox, PendingIntent, StoredDelivery } from "./store.ts";

interface Entry {
  readonly intent: Intent;
  readonly state: "pending" | "sent" | "dead" | "dropped";
  readonly bound: PendingIntent["bound"];
  readonly maybe: PendingIntent["maybe"];
  readonly version: number;
  readonly settledAt?: Date;
}

/** The outbox of a store that forgets: the same promises, kept within one process. */
export function createMemoryOutbox(): Outbox {
  const entries = new Map<string, Entry>();
  const deliveries = new Map<string, StoredDelivery>();
  const told = new Map<string, Receipt>();
  let versions = 0;

  const keyOf = ({ channel, fingerprint, seq }: Intent) => `${channel}|${fingerprint}|${seq}`;
  const put = (entry: Omit<Entry, "version">) => entries.set(keyOf(entry.intent), { ...entry, version: ++versions });
  const isAsRead = (intent: PendingIntent) =>
    intent.version === "*" || String(entries.get(keyOf(intent))?.version) === intent.version;
  const ofChannel = (channel: string) => [...deliveries.values()].filter((delivery) => delivery.channel === channel);

  return {
    intend: async (intents) => {
      for (const intent of intents) {
        const before = entries.get(keyOf(intent));
        const open = before === undefined || before.state === "dropped" || isFree(before);
        if (open) put({ intent, state: "pending", bound: undefined, maybe: undefined });
      }
    },
    pending: async (channel) =>
      [...entries.values()]
        .filter(({ intent, state }) => intent.channel === channel && state === "pending")
        .map(({ intent, bound, maybe, version }) => ({
          ...intent,
          bound,
          maybe,
          version: bound ? "*" : String(version),
        })),
    bind: async (_channel, intents) => {
      const free = intents.filter(isAsRead);
      for (const intent of free) {
        const { bound, maybe } = intent;
        put({ intent: plain(intent), state: "pending", bound, maybe });
      }
      return free.map((intent) => ({ ...intent, version: "*" }));
    },
    delivery: async (channel, id) => deliveries.get(`${channel}|${id}`),
    pendingDeliveries: async (channel) =>
      ofChannel(channel)
        .filter(({ state }) => state === "pending")
        .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id)),
    save: async (delivery, version) => {
      const key = `${delivery.channel}|${delivery.id}`;
      if (deliveries.get(key)?.version !== version) return undefined;
      const saved = { ...delivery, version: String(++versions) };
      deliveries.set(key, saved);
      return saved;
    },
    receipts: async (channel, fingerprints) =>
      new Map(
        fingerprints.flatMap((fingerprint) => {
          const receipt = told.get(`${channel}|${fingerprint}`);
          return receipt ? [[fingerprint, receipt] as const] : [];
        }),
      ),
    settle: async (channel, settlements, settledAt) => {
      for (const { intents, state, receipt } of settlements) {
        if (receipt) told.set(`${channel}|${receipt.fingerprint}`, receipt);
        for (const intent of intents) {
          const entry = entries.get(keyOf(intent));
          if (entry && isAsRead(intent)) put({ ...entry, state, settledAt });
        }
      }
    },
    undelivered: async (channel): Promise<readonly Delivery[]> =>
      ofChannel(channel)
        .filter(({ state, attempts }) => state === "dead" || (state === "pending" && attempts > 0))
        .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)),
    purge: async (channel, { sent, dead }) => {
      for (const [key, { intent, settledAt }] of entries) {
        if (intent.channel === channel && settledAt !== undefined && settledAt < sent) entries.delete(key);
      }
      for (const { id, state, settledAt } of ofChannel(channel)) {
        const before = state === "dead" ? dead : sent;
        if (settledAt !== undefined && new Date(settledAt) < before) deliveries.delete(`${channel}|${id}`);
      }
    },
  };
}

function isFree({ state, bound, maybe }: Entry): boolean {
  return state === "pending" && bound === undefined && maybe === undefined;
}

function plain({ bound: _, maybe: __, version: ___, ...intent }: PendingIntent): Intent {
  return intent;
}
