import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ActionGroup, createActionGroup } from "./action-group.ts";
import { resolvedAlert, testAlert } from "./alert-payload.ts";
import { createAlertRule } from "./alert-rule.ts";
import { child } from "./body.ts";
import type { SimulatedAzure } from "./simulate-azure.ts";
import { useAzure } from "./use-azure.ts";
import type { Body } from "./world.ts";
import { failedPulls, withLogs } from "./worlds/failed-pulls.ts";
import { contoso, loginWorld } from "./worlds/login-world.ts";

const start = new Date("2026-11-21T09:00:00.000Z");
const at = (minutes: number) => new Date(start.getTime() + minutes * 60_000);
const { registryId, workspaceId, kubelet } = contoso;

let now: Date;
let azure: SimulatedAzure;
let server: Server;
let received: Body[];
let answers: number[];
let group: ActionGroup;
beforeEach(async () => {
  now = start;
  azure = await useAzure(loginWorld(), { now: () => now });
  received = [];
  answers = [];
  server = createServer(async (request, response) => {
    received.push(JSON.parse(Buffer.concat(await Array.fromAsync(request)).toString()) as Body);
    response.writeHead(answers.shift() ?? 202).end();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  group = createActionGroup({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alert`, timeScale: 0 });
});
afterEach(() => void server.close());

function fail(options: Partial<Parameters<typeof failedPulls>[0]> = {}): void {
  const times = [at(0), at(1), at(2)];
  const rows = failedPulls({ registryId, workspaceId, identity: kubelet.clientId, times, ...options });
  azure.load(withLogs(azure.world, rows), { now: () => now });
}

test("fires when rows have arrived, with a window that ends at the evaluation", async () => {
  const rule = createAlertRule(azure, { group });
  fail({ arrivesAfterMinutes: 4 });
  now = at(3);
  expect(await rule.evaluate()).toEqual([]);

  now = at(5);
  const fired = await rule.evaluate();

  expect(fired.map(({ taken }) => taken)).toEqual([true]);
  expect(received).toEqual(fired.map(({ alert }) => alert));
  const condition = child(received[0], "data", "alertContext", "condition");
  expect(condition).toMatchObject({
    windowSize: "PT10M",
    windowStartTime: "2026-11-21T08:55:00Z",
    windowEndTime: "2026-11-21T09:05:00Z",
    allOf: [{ metricValue: 2, threshold: "0", dimensions: [{ name: "_ResourceId", value: registryId.toLowerCase() }] }],
  });
  expect(child(received[0], "data", "essentials")).toMatchObject({
    monitorCondition: "Fired",
    monitoringService: "Log Alerts V2",
    alertTargetIDs: [registryId.toLowerCase()],
  });
});

test("fires once for each registry, whoever failed there", () => {
  fail();
  fail({ identity: "somebody@contoso.example", callerIp: "192.0.2.1" });
  fail({ registryId: `${registryId}2` });
  now = at(8);
  const alerts = createAlertRule(azure, { group }).alerts();
  const measured = alerts.map((alert) => child(alert, "data", "alertContext", "condition", "allOf"));
  expect(measured).toMatchObject([[{ metricValue: 6 }], [{ metricValue: 3 }]]);
});

test.for([
  ["a success", { status: 200 }, 0],
  ["throttling", { status: 429 }, 1],
  ["a failure that is older than the window", { times: [at(-20)] }, 0],
] as const)("of %s it makes %i alerts", ([, options, count]) => {
  fail({ ...options, times: [...("times" in options ? options.times : [at(0)])] });
  now = at(5);
  expect(createAlertRule(azure, { group }).alerts()).toHaveLength(count);
});

test("the same evaluation is the same alert, the next one another", () => {
  fail();
  const rule = createAlertRule(azure, { group });
  const idsAt = (minutes: number) => {
    now = at(minutes);
    return rule.alerts().map((alert) => child(alert, "data", "essentials", "alertId"));
  };
  expect(idsAt(6)).toEqual(idsAt(6));
  expect(idsAt(6)).not.toEqual(idsAt(7));
});

test("resolved and test alerts differ in what they say of themselves", () => {
  fail();
  now = at(6);
  const [alert = {}] = createAlertRule(azure, { group }).alerts();
  expect(child(resolvedAlert(alert, now), "data", "essentials", "monitorCondition")).toBe("Resolved");
  expect(child(resolvedAlert(alert, now), "data", "essentials", "alertId")).toBe(
    child(alert, "data", "essentials", "alertId"),
  );
  expect(child(testAlert(), "data", "essentials", "alertRule")).toMatch(/^test-/);
});

test("the action group tries 408, 429, 503 and 504 again, five times, and is then silent until its pause is over", async () => {
  answers = [503, 429, 408, 504, 202];
  expect(await group.call({ data: {} })).toBe(true);
  expect(group.calls.map(({ status }) => status)).toEqual([503, 429, 408, 504, 202]);

  answers = Array.from({ length: 6 }, () => 503);
  expect(await group.call({ data: {} })).toBe(false);
  expect(await group.call({ data: {} })).toBe(false);
  expect(received).toHaveLength(11);
  group.unmute();
  expect(await group.call({ data: {} })).toBe(true);
});

test.for([400, 401, 404, 413, 500])("the action group takes %i for an answer", async (status) => {
  answers = [status];
  expect(await group.call({ data: {} })).toBe(false);
  expect(received).toHaveLength(1);
});

test("the action group tries again where nobody answers", async () => {
  const nobody = createActionGroup({ url: "http://127.0.0.1:9/alert", timeScale: 0 });
  expect(await nobody.call({ data: {} })).toBe(false);
  expect(nobody.calls).toEqual(Array.from({ length: 6 }, () => ({ alertId: "undefined" })));
});
