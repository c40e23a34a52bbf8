import { inspect } from "node:util";
import { TableClient, TableServiceClient } from "@azure/data-tables";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commitChanges } from "../../src/app/commit-changes.ts";
import { report } from "../../src/app/report.ts";
import * as formats from "../../src/report/index.ts";
import { renderTable } from "../../src/report/table.ts";
import { sharedAzurite } from "../azurite.ts";
import { createDyingStorage } from "../dying-storage.ts";
import { startHost } from "../host/start-host.ts";
import { finding } from "../notify/notices.ts";
import { type Answer, type Receiver, startReceiver } from "../receiver/start-receiver.ts";

const hidden = "Zq7hidden";
const key = `whsec_${Buffer.from(`${hidden}${"x".repeat(24)}`).toString("base64")}`;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver[Symbol.asyncDispose]());

test("whatever goes wrong, addresses and keys are in no log, error, report or table row", async () => {
  await using storage = await createDyingStorage((await sharedAzurite()).newAccount());
  let now = new Date("2026-11-21T09:00:00Z");
  const host = await startHost({
    env: {
      AzureWebJobsStorage: storage.connectionString,
      ACRAUDIT_SWEEP_SCHEDULE: "0 0 3 * * *",
      ACRAUDIT_TEAMS_WEBHOOK_URL: receiver.url(`/teams/${hidden}?sig=${hidden}`),
      ACRAUDIT_SLACK_WEBHOOK_URL: receiver.url(`/slack/${hidden}`),
      ACRAUDIT_WEBHOOK_URL: receiver.url(`/webhook/${hidden}`),
      ACRAUDIT_WEBHOOK_SECRET: key,
    },
    now: () => now,
    random: () => 0,
    patience: { maxRetries: 0, retryDelayInMs: 1, throttledRetries: 0, throttledDelayInMs: 1 },
  });
  const { runtime } = host;
  await runtime.store.prepare();
  const seen: string[] = [];
  const look = (thing: unknown) =>
    seen.push(String(thing), inspect(thing, { depth: 9, showHidden: true }), JSON.stringify(thing) ?? "");

  const answers: readonly Answer[] = [
    { status: 500, body: `http://x/${hidden}` },
    "reset",
    { status: 302, headers: { location: `https://x/${hidden}` } },
    { status: 404, body: hidden },
    { status: 200, body: `ok ${hidden}` },
    "acceptedThenReset",
    { status: 202 },
  ];
  for (const [number, answer] of answers.entries()) {
    receiver.script = () => answer;
    now = new Date(now.getTime() + 3_600_000);
    const { partition } = finding().subject;
    const one = finding(number + 1, { runId: `event-${number}` });
    const loaded = await runtime.store.findings.load(partition);
    await commitChanges(runtime, partition, loaded, [{ kind: "opened", finding: one, unchanged: false }]);
    await host.timer("deliverTimer").catch(look);
  }
  storage.dieAfter(0, "request");
  now = new Date(now.getTime() + 3_600_000);
  await host.timer("deliverTimer").catch(look);
  storage.revive();
  now = new Date(now.getTime() + 3_600_000);

  const told = await report(runtime);
  expect(told.notTold.length).toBeGreaterThan(3);
  for (const { render } of Object.values(formats)) seen.push(render(told));
  seen.push(renderTable(told, { colour: false }));
  for (const thing of [runtime, runtime.channels, runtime.settings, host.logs]) look(thing);
  const rows = await rowsOf(storage.connectionString);
  expect(rows.length).toBeGreaterThan(10);
  seen.push(...rows);

  expect(host.logs.some(({ message }) => message.includes("messages given up"))).toBe(true);
  expect(receiver.received.every(({ path }) => path.includes(hidden))).toBe(true);
  expect(seen.filter((text) => text.includes(hidden) || text.includes(key))).toEqual([]);
});

async function rowsOf(connectionString: string): Promise<readonly string[]> {
  const options = { allowInsecureConnection: true };
  const rows: string[] = [];
  for await (const { name = "" } of TableServiceClient.fromConnectionString(connectionString, options).listTables()) {
    const table = TableClient.fromConnectionString(connectionString, name, options);
    for await (const row of table.listEntities()) rows.push(JSON.stringify(row));
  }
  return rows;
}
