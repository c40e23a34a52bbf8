import type { QueueClient } from "@azure/storage-queue";
import { beforeEach, expect, test } from "vitest";
import { dispatchSweep } from "../../src/app/dispatch-sweep.ts";
import type { Report } from "../../src/report/model.ts";
import { sliceQueueName } from "../../src/store/slice-queue.ts";
import type { StorageAccount } from "../../src/store/storage-account.ts";
import { azureWith, someday } from "../audit.ts";
import type { SimulatedAzure } from "../azure/simulate-azure.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { ids } from "../azure/worlds/ids.ts";
import { sharedAzurite } from "../azurite.ts";
import { deliverQueues } from "../host/deliver-queues.ts";
import type { Host } from "../host/start-host.ts";
import { sampled } from "../sampled.ts";
import { startApp } from "./start-app.ts";

const runId = "sweep-20261121T030000000Z"; // the last slot of the schedule before someday
const slices = ["principals", ...Object.values(ids.subscriptions)].toSorted();
const nextDay = new Date(someday.getTime() + 24 * 60 * 60 * 1000);

let azure: SimulatedAzure;

beforeEach(async () => {
  azure = await azureWith(defaultWorld(someday));
});

test("the timer puts one message per slice on the queue, the workers finish the run, and the report shows it", async () => {
  const host = await startApp();

  await host.timer("sweepTimer");
  expect((await reportOf(host)).run).toBeNull(); // not finished
  const delivered = await deliverQueues(host);

  expect(delivered.map(({ functionName, outcome }) => `${functionName} ${outcome}`)).toEqual(
    slices.map(() => "sweepSlice done"),
  );
  expect(delivered.map(({ text }) => unitOf(text)).toSorted()).toEqual(slices);
  const report = await reportOf(host);
  expect(report.run).toMatchObject({ runId, trigger: "timer", units: 4, startedAt: "2026-11-21T03:00:00.000Z" });
  expect(report.run?.finishedAt).toBeDefined();
  expect(report.findings.map(({ ruleId }) => ruleId)).toContain("admin-user-enabled");
  expect(report.summary.opened).toBe(report.findings.length + report.upcoming.length);
  expect(host.logs.filter(({ level }) => level !== "information")).toEqual([]);
  azure.assertClean();
});

test.for(sampled([0, 1, 2, 3]))(
  "a timer that dies after %i messages sends the rest when the host calls it again",
  async (sent) => {
    const host = await startApp();
    const { account } = host.runtime;
    if (!account) throw new Error("no storage");
    await expect(dispatchSweep({ ...host.runtime, account: dyingAfter(sent, account) })).rejects.toThrow("killed");
    const asked = azure.requests.length;
    const early = await deliverQueues(host); // the workers do not wait for the timer

    await host.timer("sweepTimer", { isPastDue: true });
    const late = await deliverQueues(host);

    expect(early).toHaveLength(sent);
    expect([...early, ...late].map(({ text }) => unitOf(text)).toSorted()).toEqual(slices);
    expect((await reportOf(host)).run?.totals).toMatchObject({ failedUnits: 0 });
    expect(azure.requests.slice(asked).filter(({ api }) => api === "resourceGraph")).toEqual([]); // no second inventory
    expect(await storedBy(host)).toEqual(await storedByUndisturbedSweep());
  },
);

test("a message that is delivered twice, also at the same time, writes no second history", async () => {
  const host = await startApp();
  await host.timer("sweepTimer");
  const texts = slices.map((unitId) => JSON.stringify({ runId, unitId }));

  await Promise.all(texts.flatMap((text) => [host.queue("sweepSlice", text), host.queue("sweepSlice", text)]));
  const after = await storedBy(host);
  await deliverQueues(host); // the timer's own messages, now late

  expect(await storedBy(host)).toEqual(after);
  expect(after).toEqual(await storedByUndisturbedSweep());
});

test("a timer that is called again for a finished run starts nothing", async () => {
  const host = await startApp();
  await host.timer("sweepTimer");
  await deliverQueues(host);
  const { run } = await reportOf(host);

  await host.timer("sweepTimer");

  expect(await deliverQueues(host)).toEqual([]);
  expect((await reportOf(host)).run).toEqual(run);
});

test("a slice that fails every time becomes a coverage gap, and what was found there stays open", async () => {
  const storage = (await sharedAzurite()).newAccount();
  const today = await startApp({ storage });
  await today.timer("sweepTimer");
  await deliverQueues(today);
  const before = await reportOf(today);
  const { appsDev } = ids.subscriptions;
  const there = before.findings.filter(({ subject }) => subject.partition === appsDev);
  expect(there.length).toBeGreaterThan(0);

  const tomorrow = await startApp({ storage, now: nextDay });
  await tomorrow.timer("sweepTimer");
  const blob = `runs/sweep-20261122T030000000Z/slices/${appsDev}.json`;
  await tomorrow.runtime.account?.container("acraudit").getBlobClient(blob).delete();
  const delivered = await deliverQueues(tomorrow);

  const failures = delivered.filter(({ outcome }) => outcome !== "done");
  expect(failures.map(({ outcome }) => outcome)).toEqual(["failed", "failed", "failed", "failed", "poisoned"]);
  expect(delivered.at(-1)).toMatchObject({ functionName: "sweepPoison", outcome: "done" });
  const after = await reportOf(tomorrow);
  expect(after.run).toMatchObject({ runId: "sweep-20261122T030000000Z", totals: { failedUnits: 1 } });
  expect(after.coverage.map(({ gap }) => gap.detail)).toContain(
    "apps-dev was not looked at: sweepSlice failed every time it was tried; its log says why",
  );
  expect(after.findings.filter(({ subject }) => subject.partition === appsDev)).toEqual(there);
  expect(tomorrow.logs).toContainEqual(expect.objectContaining({ functionName: "sweepPoison", level: "error" }));
});

test("a poison message of a slice that was looked at after all changes nothing", async () => {
  const host = await startApp();
  await host.timer("sweepTimer");
  await deliverQueues(host);
  const before = await reportOf(host);

  await host.queue("sweepPoison", JSON.stringify({ runId, unitId: "principals" }));

  expect(await reportOf(host)).toEqual(before);
});

test.for(["sweepSlice", "sweepPoison"])("%s drops a message that names no slice, and says so once", async (name) => {
  const host = await startApp();
  const messages = [
    ...["", "a", "[]", "null", '{"runId":"x"}', '{"runId":"../runs","unitId":"principals"}'],
    JSON.stringify({ runId: "x".repeat(60_000), unitId: "principals" }),
    JSON.stringify({ runId: "' or 1 eq 1 or '", unitId: "principals" }),
  ];

  for (const text of messages) await host.queue(name, text);

  expect(host.logs.map(({ level }) => level)).toEqual(messages.map(() => "error"));
  expect(host.logs.every(({ message }) => message.includes("message dropped") && message.length < 1000)).toBe(true);
});

test("a message of a run that never was is tried, given up and dropped", async () => {
  const host = await startApp();
  await host.runtime.store.prepare();
  const queue = host.runtime.account?.queue(sliceQueueName);
  await queue?.createIfNotExists();
  const message = JSON.stringify({ runId: "sweep-19990101T000000000Z", unitId: "principals" });
  await queue?.sendMessage(Buffer.from(message).toString("base64"));

  const delivered = await deliverQueues(host);

  expect(delivered.map(({ functionName, outcome }) => `${functionName} ${outcome}`)).toEqual([
    ...Array.from({ length: 4 }, () => "sweepSlice failed"),
    "sweepSlice poisoned",
    "sweepPoison done",
  ]);
  expect(host.logs.at(-1)?.message).toContain("there is no such unit");
});

async function reportOf(host: Host): Promise<Report> {
  const { status, body } = await host.http("report", { url: "/api/report?format=json" });
  expect(status).toBe(200);
  return JSON.parse(body) as Report;
}

async function storedByUndisturbedSweep(): Promise<unknown> {
  const host = await startApp();
  await host.timer("sweepTimer");
  await deliverQueues(host);
  return storedBy(host);
}

/** Every row of findings and history. */
async function storedBy({ runtime: { account } }: Host): Promise<Readonly<Record<string, readonly string[]>>> {
  const rows = async (name: string) => {
    const found: string[] = [];
    for await (const { rowKey, body } of account?.table(name).listEntities<{ body: string }>() ?? []) {
      found.push(`${rowKey} ${body}`);
    }
    return found.toSorted();
  };
  return { findings: await rows("AcrAuditFindings"), history: await rows("AcrAuditHistory202611") };
}

function unitOf(text: string): string {
  const message = JSON.parse(text) as { readonly runId: string; readonly unitId: string };
  expect(message).toEqual({ runId, unitId: message.unitId });
  return message.unitId;
}

/** A storage account whose user dies after so many messages. */
function dyingAfter(messages: number, account: StorageAccount): StorageAccount {
  let left = messages;
  const send = (queue: QueueClient) => (text: string) =>
    left-- > 0 ? queue.sendMessage(text) : Promise.reject(new Error("killed"));
  return {
    ...account,
    queue: (name) =>
      new Proxy(account.queue(name), {
        get: (queue, property) => {
          if (property === "sendMessage") return send(queue);
          const value: unknown = Reflect.get(queue, property);
          return typeof value === "function" ? value.bind(queue) : value;
        },
      }),
  };
}
