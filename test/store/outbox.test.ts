import { beforeAll, describe, expect, test } from "vitest";
import type { Delivery, Intent } from "../../src/core/intent.ts";
import { createAccountStore } from "../../src/store/account-store.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { openStorageAccount } from "../../src/store/storage-account.ts";
import type { Leases, Outbox, PendingIntent } from "../../src/store/store.ts";
import { sharedAzurite } from "../azurite.ts";

const noCredential = { getToken: () => Promise.resolve(null) };
const now = new Date("2026-11-21T09:00:00.000Z");
const later = (ms: number) => new Date(now.getTime() + ms);

const stores = {
  "in memory": async () => createMemoryStore(),
  "in Table Storage": async () => {
    const azurite = await sharedAzurite();
    const patience = { maxRetries: 1, retryDelayInMs: 1, throttledRetries: 1, throttledDelayInMs: 1 };
    return createAccountStore(openStorageAccount({ connectionString: azurite.newAccount() }, noCredential, patience));
  },
};

function intent(channel: string, number: number, changes: Partial<Intent> = {}): Intent {
  return {
    channel,
    fingerprint: number.toString(16).padStart(32, "0"),
    seq: 1,
    kind: "opened",
    runId: "run-1",
    partition: "p",
    subjectId: `/subscriptions/${number}`,
    ruleId: "r",
    createdAt: now.toISOString(),
    ...changes,
  };
}

function delivery(channel: string, id: string, changes: Partial<Delivery> = {}): Delivery {
  const at = now.toISOString();
  return {
    ...{ channel, id, runId: "run-1", createdAt: at, nextAttemptAt: at, state: "pending", attempts: 0 },
    ...{ uncertain: false, fence: 1, findings: 1, names: ["contoso"], detail: "" },
    ...changes,
  };
}

const plain = ({ bound: _, maybe: __, version: ___, ...rest }: PendingIntent): Intent => rest;
const boundTo = (delivery: string) => (one: PendingIntent) => ({ ...one, bound: { delivery, kind: one.kind, seq: 1 } });

describe.each(Object.entries(stores))("the outbox %s", (_, open) => {
  let outbox: Outbox;
  let leases: Leases;
  let channels = 0;
  const fresh = () => `channel${++channels}`;

  beforeAll(async () => {
    const store = await open();
    await store.prepare();
    ({ outbox, leases } = store);
  });

  test("keeps what was intended, once", async () => {
    const channel = fresh();
    const intents = [intent(channel, 1), intent(channel, 2), intent(channel, 2, { seq: 2, kind: "resolved" })];
    await outbox.intend(intents);
    await outbox.intend(intents);
    expect((await outbox.pending(channel)).map(plain)).toEqual(intents);
    expect(await outbox.pending(fresh())).toEqual([]);
  });

  test("takes many at a time, of which some are there already", async () => {
    const channel = fresh();
    await outbox.intend([intent(channel, 150), intent(channel, 7)]);
    const many = Array.from({ length: 250 }, (_, number) => intent(channel, number));
    await outbox.intend(many);
    const pending = await outbox.pending(channel);
    expect(pending).toHaveLength(250);
    await outbox.settle(
      channel,
      pending.map((one) => ({ intents: [one], state: "sent" as const })),
      now,
    );
    expect(await outbox.pending(channel)).toEqual([]);
  });

  test("lets another run say what a change is that was never made", async () => {
    const channel = fresh();
    await outbox.intend([intent(channel, 1)]);
    const other = intent(channel, 1, { kind: "reopened", runId: "run-2" });
    await outbox.intend([other]);
    expect((await outbox.pending(channel)).map(plain)).toEqual([other]);
  });

  test("leaves alone what is bound to a message, and what was sent or given up", async () => {
    const channel = fresh();
    await outbox.intend([1, 2, 3, 4].map((number) => intent(channel, number)));
    const [one, two, three, four] = await outbox.pending(channel);
    if (!one || !two || !three || !four) throw new Error("there are four");
    await outbox.bind(channel, [one].map(boundTo("d")));
    await outbox.settle(
      channel,
      [
        { intents: [two], state: "sent" },
        { intents: [three], state: "dead" },
      ],
      now,
    );
    await outbox.settle(channel, [{ intents: [four], state: "dropped" }], now);
    await outbox.intend([1, 2, 3, 4].map((number) => intent(channel, number, { kind: "resolved", runId: "run-2" })));
    const pending = await outbox.pending(channel);
    expect(pending.map(({ fingerprint, kind, bound }) => [Number(`0x${fingerprint}`), kind, bound?.delivery])).toEqual([
      [1, "opened", "d"],
      [4, "resolved", undefined], // nobody was told of it: it may come true yet
    ]);
  });

  test("binds only what is as it was read", async () => {
    const channel = fresh();
    await outbox.intend([intent(channel, 1), intent(channel, 2)]);
    const read = await outbox.pending(channel);
    await outbox.intend([intent(channel, 2, { runId: "run-2" })]);
    const bound = await outbox.bind(channel, read.map(boundTo("d")));
    expect(bound.map(({ fingerprint, bound: to }) => [Number(`0x${fingerprint}`), to?.delivery])).toEqual([[1, "d"]]);
    expect((await outbox.pending(channel)).map(({ bound: to }) => to?.delivery)).toEqual(["d", undefined]);
  });

  test("does not drop what was replaced since it was read", async () => {
    const channel = fresh();
    await outbox.intend([intent(channel, 1), intent(channel, 2)]);
    const read = await outbox.pending(channel);
    await outbox.intend([intent(channel, 2, { runId: "run-2" })]);
    await outbox.settle(channel, [{ intents: read, state: "dropped" }], now);
    expect((await outbox.pending(channel)).map(({ runId }) => runId)).toEqual(["run-2"]);
  });

  test("writes a delivery only as long as nobody else did", async () => {
    const channel = fresh();
    const first = await outbox.save(delivery(channel, "d"), undefined);
    if (!first) throw new Error("nobody else did");
    const { version, ...read } = first;
    expect(read).toEqual(delivery(channel, "d"));
    expect(await outbox.save(delivery(channel, "d", { fence: 2 }), undefined)).toBeUndefined();
    const next = await outbox.save(delivery(channel, "d", { attempts: 1 }), version);
    expect(next).toMatchObject({ attempts: 1 });
    expect(await outbox.save(delivery(channel, "d", { attempts: 7 }), version)).toBeUndefined();
    expect(await outbox.delivery(channel, "d")).toEqual(next);
    expect(await outbox.delivery(channel, "e")).toBeUndefined();
  });

  test("lists what is due oldest first, and what was not told newest first", async () => {
    const channel = fresh();
    const at = (minutes: number) => ({ createdAt: later(minutes * 60_000).toISOString() });
    await outbox.save(delivery(channel, "b", { ...at(2), attempts: 3 }), undefined);
    await outbox.save(delivery(channel, "a", at(3)), undefined);
    await outbox.save(delivery(channel, "c", at(1)), undefined);
    await outbox.save(
      delivery(channel, "dead", { ...at(4), state: "dead", settledAt: later(0).toISOString() }),
      undefined,
    );
    await outbox.save(
      delivery(channel, "sent", { ...at(5), state: "sent", settledAt: later(0).toISOString() }),
      undefined,
    );
    expect((await outbox.pendingDeliveries(channel)).map(({ id }) => id)).toEqual(["c", "b", "a"]);
    expect((await outbox.undelivered(channel)).map(({ id }) => id)).toEqual(["dead", "b"]);
  });

  test.each([1, 40])("remembers what a channel was told of %i findings", async (count) => {
    const channel = fresh();
    const numbers = Array.from({ length: count }, (_, number) => number);
    await outbox.intend(numbers.map((number) => intent(channel, number)));
    const pending = await outbox.pending(channel);
    const told = pending.map((one) => ({
      intents: [one],
      state: "sent" as const,
      receipt: { fingerprint: one.fingerprint, seq: 1, kind: "opened" as const },
    }));
    await outbox.settle(channel, told, now);
    const receipts = await outbox.receipts(channel, [...pending.map(({ fingerprint }) => fingerprint), "f".repeat(32)]);
    expect(receipts.size).toBe(count);
    expect(receipts.get(pending[0]?.fingerprint ?? "")).toEqual(told[0]?.receipt);
  });

  test("forgets what was sent long ago, and keeps what is pending, was just sent or has to be shown", async () => {
    const channel = fresh();
    await outbox.intend([1, 2, 3].map((number) => intent(channel, number)));
    const [one, two] = await outbox.pending(channel);
    if (!one || !two) throw new Error("there are three");
    await outbox.settle(channel, [{ intents: [one], state: "sent" }], later(-10 * 86_400_000));
    await outbox.settle(channel, [{ intents: [two], state: "sent" }], now);
    const settled = (days: number) => ({ settledAt: later(days * 86_400_000).toISOString() });
    await outbox.save(delivery(channel, "old", { state: "sent", ...settled(-10) }), undefined);
    await outbox.save(delivery(channel, "young", { state: "sent", ...settled(-1) }), undefined);
    await outbox.save(delivery(channel, "dead", { state: "dead", ...settled(-10) }), undefined);
    await outbox.save(delivery(channel, "buried", { state: "dead", ...settled(-100) }), undefined);
    await outbox.purge(channel, { sent: later(-7 * 86_400_000), dead: later(-90 * 86_400_000) });

    const left = await Promise.all(["old", "young", "dead", "buried"].map((id) => outbox.delivery(channel, id)));
    expect(left.map((found) => found?.id)).toEqual([undefined, "young", "dead", undefined]);
    await outbox.intend([1, 2].map((number) => intent(channel, number)));
    expect((await outbox.pending(channel)).map(({ fingerprint }) => Number(`0x${fingerprint}`))).toEqual(
      expect.arrayContaining([1, 3]), // 1 was forgotten, 2 is still known to be sent
    );
    expect(await outbox.pending(channel)).toHaveLength(2);
  });

  test("a lease has one holder, whose fence is higher than all before", async () => {
    const [one, none] = [await leases.acquire("x", now, later(1000)), await leases.acquire("x", now, later(1000))];
    expect(none).toBeUndefined();
    expect(await leases.acquire("y", now, later(1000))).toMatchObject({ fence: 1 });
    expect(await one?.renew(later(2000))).toBe(true);
    expect(await leases.acquire("x", later(1500), later(9000))).toBeUndefined();
    const next = await leases.acquire("x", later(2000), later(3000));
    expect(next?.fence).toBeGreaterThan(one?.fence ?? 0);
    expect(await one?.renew(later(9000))).toBe(false);
    await one?.release(); // is not his any more
    expect(await leases.acquire("x", later(2500), later(9000))).toBeUndefined();
    await next?.release();
    expect(await leases.acquire("x", later(2500), later(9000))).toMatchObject({ fence: (next?.fence ?? 0) + 1 });
  });

  test("of many who want a lease at once, one gets it", async () => {
    const got = await Promise.all(Array.from({ length: 8 }, () => leases.acquire("z", now, later(1000))));
    expect(got.filter((lease) => lease !== undefined)).toHaveLength(1);
  });
});
