import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { commitChanges } from "../../src/app/commit-changes.ts";
import { deliverDue } from "../../src/app/deliver.ts";
import { finishRun } from "../../src/app/finish-run.ts";
import { report } from "../../src/app/report.ts";
import { createRuntime, type Runtime } from "../../src/app/runtime.ts";
import type { Change, StoredFinding } from "../../src/core/reconcile.ts";
import { noUsage } from "../../src/core/usage.ts";
import * as formats from "../../src/report/index.ts";
import { renderTable } from "../../src/report/table.ts";
import { readSettings } from "../../src/settings.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { finding, notices } from "../notify/notices.ts";
import { type Answer, type Receiver, startReceiver } from "../receiver/start-receiver.ts";

const minute = 60_000;
const hour = 60 * minute;
const someday = Date.parse("2026-11-21T09:00:00Z");
const key = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

let receiver: Receiver;
let clock: number;
let runtime: Runtime;

beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver[Symbol.asyncDispose]());
beforeEach(() => {
  receiver.received.length = 0;
  receiver.script = ({ path }) => (path.startsWith("/teams") ? { status: 202 } : { status: 200, body: "ok" });
  clock = someday;
  runtime = auditor();
});

function auditor(env: Readonly<Record<string, string>> = {}): Runtime {
  const settings = readSettings({
    // a store that lasts as long as the test; nothing is asked of this account
    AzureWebJobsStorage: `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=${Buffer.alloc(32).toString("base64")};BlobEndpoint=http://127.0.0.1:1/a;QueueEndpoint=http://127.0.0.1:1/a;TableEndpoint=http://127.0.0.1:1/a`,
    ACRAUDIT_TEAMS_WEBHOOK_URL: receiver.url("/teams?sig=hidden"),
    ACRAUDIT_SLACK_WEBHOOK_URL: receiver.url("/slack"),
    ACRAUDIT_WEBHOOK_URL: receiver.url("/webhook"),
    ACRAUDIT_WEBHOOK_SECRET: key,
    ACRAUDIT_REPORT_URL: "https://audit.example/report",
    ...env,
  });
  return { ...createRuntime(settings, { now: () => new Date(clock), random: () => 0.5 }), store: createMemoryStore() };
}

/** One sweep that makes these changes, and its end. */
async function sweep(runId: string, changes: readonly StoredFinding[], of = runtime): Promise<void> {
  await begin(runId, changes, of);
  await finishRun(of, runId);
}

async function begin(runId: string, changes: readonly StoredFinding[], of = runtime): Promise<void> {
  const inventory = {
    subscriptions: 1,
    registries: 1,
    pullers: 0,
    principals: 0,
    seconds: 0,
    usage: noUsage,
    coverage: [],
  };
  const startedAt = new Date(clock).toISOString();
  const units = [{ unitId: finding().subject.partition, name: "shop", state: "pending" as const }];
  await of.store.runs.start(
    { runId, trigger: "timer", cloud: "AzureCloud", startedAt, scope: "", units: 1, inventory },
    units,
  );
  await commit(runId, changes, of);
  const nothing = { pass: 0, fail: 0, notApplicable: 0, unknown: 0 };
  const kinds = { opened: 0, reopened: 0, escalated: 0, eased: 0, stillOpen: 0, resolved: 0 };
  await of.store.runs.settle(runId, {
    ...{
      unitId: finding().subject.partition,
      name: "shop",
      state: "done",
      outcomes: nothing,
      changes: kinds,
      coverage: [],
    },
    ...{ usage: noUsage, seconds: { collect: 0, evaluate: 0, store: 0 } },
  });
}

async function commit(runId: string, findings: readonly StoredFinding[], of = runtime): Promise<void> {
  const { partition } = finding().subject;
  const loaded = await of.store.findings.load(partition);
  const changes = findings.map((one): Change => ({ kind: one.change, finding: { ...one, runId }, unchanged: false }));
  expect(await commitChanges(of, partition, loaded, changes)).toBe("committed");
}

const messages = (service: string) => receiver.received.filter(({ path }) => path.startsWith(`/${service}`));
const texts = (service: string) => messages(service).map(({ body }) => body);
const changed = (number: number, change: StoredFinding["change"], seq: number, more: Partial<StoredFinding> = {}) =>
  finding(number, { change, seq, state: change === "resolved" ? "resolved" : "open", ...more });

/** The first sweep, after which what opens is news. */
async function known(): Promise<void> {
  await sweep("run-0", []);
  clock += hour;
}

test("every channel gets one message for a run, and nothing again", async () => {
  await known();
  await sweep("run-1", [finding(1), finding(2), finding(3)]);
  for (let pass = 0; pass < 3; pass++) await deliverDue(runtime);
  expect(["teams", "slack", "webhook"].map((service) => messages(service).length)).toEqual([1, 1, 1]);
  expect(texts("slack")[0]).toContain("contoso1: Admin user is enabled, and 2 more");
  expect(JSON.parse(texts("webhook")[0] ?? "").data.changes).toHaveLength(3);
  clock += hour;
  await sweep("run-2", []);
  expect(receiver.received).toHaveLength(3);
});

test("the first run is one summary, and so is a subscription that is new", async () => {
  await sweep(
    "run-1",
    notices(300).map(({ finding: one }) => one),
  );
  expect(messages("teams")).toHaveLength(1);
  expect(texts("slack")[0]).toContain("The first sweep found 300 findings: 300 high.");
  expect(messages("webhook")).toHaveLength(6); // machines get all of it, 50 at a time
  expect(JSON.parse(texts("webhook")[0] ?? "").data.changes[0].baseline).toBe(true);

  clock += hour;
  const elsewhere = { ...finding(900).subject, partition: "60000000-0000-4000-8000-000000000001" };
  const { partition } = elsewhere;
  await runtime.store.runs.start(
    {
      ...((await runtime.store.runs.get("run-1")) ?? fail()),
      runId: "run-2",
      startedAt: new Date(clock).toISOString(),
    },
    [],
  );
  const loaded = await runtime.store.findings.load(partition);
  const changes = [finding(900, { subject: elsewhere, runId: "run-2" }), finding(901, { runId: "run-2" })].map(
    (one): Change => ({ kind: "opened", finding: one, unchanged: false }),
  );
  await commitChanges(runtime, partition, loaded, changes);
  await deliverDue(runtime);
  expect(texts("slack")[1]).toContain("1 new: 1 high. What was swept for the first time has 1 finding: 1 high.");
});

function fail(): never {
  throw new Error("there is such a run");
}

test("a run is told of when it is over; one that died, when a later one is over or after two hours", async () => {
  await known();
  await begin("run-1", [finding(1)]);
  await deliverDue(runtime);
  expect(receiver.received).toHaveLength(0);
  clock += 2 * hour;
  await deliverDue(runtime);
  expect(messages("slack")).toHaveLength(1);

  await begin("run-2", [finding(2)]);
  clock += minute;
  await sweep("run-3", [finding(3)]);
  expect(messages("slack")).toHaveLength(3);
});

test("what a failed login told is no sweep and is not held back", async () => {
  await commit("event-0123", [finding(1, { ruleId: "login-failing" })]);
  await deliverDue(runtime);
  expect(texts("slack")[0]).toContain("contoso1");
  expect(texts("slack")[0]).toContain("Pulls and pushes that need this login fail");
});

test("channels hear of nothing below the threshold, until it gets worse", async () => {
  await known();
  await sweep("run-1", [finding(1, { severity: "low" })]);
  expect(receiver.received).toHaveLength(0);
  clock += hour;
  await sweep("run-2", [changed(1, "escalated", 2, { severity: "critical" })]);
  expect(texts("slack")[0]).toContain("Critical: contoso1");
});

test("who was told of a finding is told when it is resolved, and nobody else", async () => {
  await known();
  await sweep("run-1", [finding(1), finding(2, { severity: "low" })]);
  clock += hour;
  await sweep("run-2", [changed(1, "resolved", 2), changed(2, "resolved", 2, { severity: "low" })]);
  expect(messages("slack")).toHaveLength(2);
  expect(texts("slack")[1]).toContain("Resolved: contoso");
  expect(texts("slack")[1]).not.toContain("contoso2");
});

test("nobody is told of what is resolved where the settings say so", async () => {
  const silent = auditor({ ACRAUDIT_NOTIFY_RESOLVED: "false" });
  await sweep("run-0", [], silent);
  clock += hour;
  await sweep("run-1", [finding(1)], silent);
  clock += hour;
  await sweep("run-2", [changed(1, "resolved", 2)], silent);
  expect(messages("slack")).toHaveLength(1);
});

test("what was resolved before anybody could be told is told never", async () => {
  await known();
  receiver.script = () => ({ status: 503 });
  await sweep("run-1", [finding(1), finding(2)]);
  const tried = messages("slack").length;
  receiver.script = () => ({ status: 200, body: "ok" });
  clock += hour;
  await sweep("run-2", [changed(1, "resolved", 2)]);
  expect(messages("slack")).toHaveLength(tried + 1);
  expect(texts("slack").at(-1)).toContain("contoso2");
  expect(texts("slack").at(-1)).not.toContain("contoso1");
  await deliverDue(runtime);
  expect(messages("slack")).toHaveLength(tried + 1);
});

test("a channel that fails does not hold up the others, and is asked again after a pause with jitter", async () => {
  await known();
  receiver.script = ({ path }): Answer => (path.startsWith("/teams") ? { status: 500 } : { status: 200, body: "ok" });
  await sweep("run-1", [finding(1)]);
  expect(messages("slack")).toHaveLength(1);
  expect(messages("teams")).toHaveLength(1);
  await deliverDue(runtime);
  expect(messages("teams")).toHaveLength(1); // half of a minute is the pause
  clock += minute / 2;
  await deliverDue(runtime);
  expect(messages("teams")).toHaveLength(2);
  await commit("event-1", [finding(2)]);
  await deliverDue(runtime);
  expect(messages("teams")).toHaveLength(2); // nothing else goes to a channel in trouble
  expect(messages("slack")).toHaveLength(2);
  receiver.script = () => ({ status: 202 });
  clock += minute;
  await deliverDue(runtime);
  expect(
    messages("teams")
      .slice(2)
      .map(({ body }) => /contoso\d/.exec(body)?.[0]),
  ).toEqual(["contoso1", "contoso2"]);
});

test("a throttled channel is left alone for as long as it says", async () => {
  await known();
  receiver.script = () => ({ status: 429, headers: { "retry-after": "600" } });
  await sweep("run-1", [finding(1)]);
  clock += 9 * minute;
  await deliverDue(runtime);
  expect(messages("slack")).toHaveLength(1);
  receiver.script = () => ({ status: 200, body: "ok" });
  clock += minute;
  await deliverDue(runtime);
  expect(messages("slack")).toHaveLength(2);
});

test("a message that is refused, or that nobody takes for a day, is given up, and the report says so", async () => {
  await known();
  receiver.script = ({ path }): Answer => {
    if (path.startsWith("/teams")) return { status: 404, body: "no_service" };
    return path.startsWith("/slack") ? { status: 503 } : { status: 200 };
  };
  await sweep("run-1", [finding(1)]);
  const retrying = await report(runtime);
  expect(retrying.notTold).toMatchObject([
    {
      channel: "teams",
      state: "givenUp",
      runId: "run-1",
      findings: 1,
      names: ["contoso1"],
      detail: "answered 404 (no_service)",
    },
    { channel: "slack", state: "retrying", attempts: 1, detail: "answered 503" },
  ]);
  for (let passes = 0; passes < 24 * 6; passes++) {
    clock += 10 * minute;
    await deliverDue(runtime);
  }
  const attempts = messages("slack").length;
  expect(attempts).toBeGreaterThan(90);
  clock += hour;
  await deliverDue(runtime);
  expect(messages("slack")).toHaveLength(attempts);
  const after = await report(runtime);
  expect(after.notTold.map(({ channel, state }) => [channel, state])).toEqual([
    ["teams", "givenUp"],
    ["slack", "givenUp"],
  ]);
  const table = renderTable(after, { colour: false });
  expect(table).toContain("Not told (2)");
  expect(table.split("\n").filter((line) => [...line].length > 100)).toEqual([]);
  expect(formats.html.render(after)).toContain('id="not-told"');

  receiver.script = () => ({ status: 200, body: "ok" });
  clock += hour;
  await sweep("run-2", [changed(1, "resolved", 2)]);
  expect(messages("slack")).toHaveLength(attempts); // who never heard that it opened does not hear that it is over
});

test("what was sent is forgotten after a week, and a finding that comes back is told of", async () => {
  await known();
  await sweep("run-1", [finding(1)]);
  clock += 8 * 24 * hour;
  await sweep("run-2", [finding(2)]);
  clock += hour;
  await sweep("run-3", [changed(1, "resolved", 2)]);
  clock += hour;
  await sweep("run-4", [changed(1, "reopened", 3, { openedAt: new Date(clock).toISOString() })]);
  expect(messages("slack")).toHaveLength(4);
  expect(texts("slack")[3]).toContain("back again");
});

test("an intent whose change never came is dropped after a week", async () => {
  const { fingerprint, ruleId, subject, runId } = finding(1);
  const ref = { fingerprint, ruleId, subjectId: subject.id, partition: subject.partition };
  const createdAt = new Date(clock).toISOString();
  await runtime.store.outbox.intend([{ ...ref, channel: "slack", seq: 1, kind: "opened", runId, createdAt }]);
  clock += 6 * 24 * hour;
  await deliverDue(runtime);
  expect(await runtime.store.outbox.pending("slack")).toHaveLength(1);
  clock += 2 * 24 * hour;
  await deliverDue(runtime);
  expect(await runtime.store.outbox.pending("slack")).toEqual([]);
  expect(receiver.received).toEqual([]);
});

test("without a storage setting nobody is told, because nothing is known to be new", () => {
  const settings = readSettings({ ACRAUDIT_SLACK_WEBHOOK_URL: receiver.url("/slack") });
  expect(createRuntime(settings).channels).toEqual([]);
});
