import { afterEach, describe, expect, test } from "vitest";
import { alertLimitInBytes, takeAlert } from "../../src/app/login-failure-alert.ts";
import { eventIdOf } from "../../src/core/login-failures-event.ts";
import { readLoginFailuresEvent } from "../../src/functions/login-failures-event.ts";
import { auditor, azureWith } from "../audit.ts";
import type { SimulatedAzure } from "../azure/simulate-azure.ts";
import { contoso, loginWorld } from "../azure/worlds/login-world.ts";
import { resourceBody } from "../azure/worlds/resource.ts";

let azure: SimulatedAzure;
afterEach(() => azure?.assertClean());

const endpoint = "https://evgt-acraudit.westeurope-1.eventgrid.azure.net/api/events";
const topic = resourceBody({
  subscriptionId: contoso.subscriptionId,
  resourceGroup: "rg-audit",
  type: "Microsoft.EventGrid/topics",
  name: "evgt-acraudit",
  properties: { endpoint, inputSchema: "EventGridSchema" },
});
const { registryId } = contoso;
const target = registryId.toLowerCase();

/** The documented shape of a log search alert of version 2. */
const alert = (essentials: object = {}, condition: object = {}) => ({
  schemaId: "azureMonitorCommonAlertSchema",
  data: {
    essentials: {
      alertId: "/subscriptions/s/providers/Microsoft.AlertsManagement/alerts/a",
      alertRule: "acr-login-failures",
      severity: "Sev2",
      signalType: "Log",
      monitorCondition: "Fired",
      monitoringService: "Log Alerts V2",
      alertTargetIDs: [target],
      firedDateTime: "2026-11-21T08:55:41.37Z",
      ...essentials,
    },
    alertContext: {
      conditionType: "LogQueryCriteria",
      condition: {
        windowSize: "PT10M",
        allOf: [
          {
            threshold: "0",
            metricValue: 12,
            dimensions: [{ name: "_ResourceId", value: registryId }],
            linkToSearchResultsAPI: "https://evil.example/v1/query?query=x",
          },
        ],
        windowStartTime: "2026-11-21T08:45:00Z",
        windowEndTime: "2026-11-21T08:55:00Z",
        ...condition,
      },
    },
  },
});

async function take(body: unknown) {
  azure = await azureWith(loginWorld({ resources: [topic] }));
  const runtime = auditor({ ACRAUDIT_EVENT_TOPIC_ENDPOINT: endpoint });
  const answer = await takeAlert(runtime, typeof body === "string" ? body : JSON.stringify(body));
  return {
    answer,
    published: azure.requests.filter(({ api }) => api === "eventGrid"),
    hosts: azure.requests.map(({ host }) => host),
  };
}

test("an alert is published once for each registry that it names", async () => {
  const { answer, published, hosts } = await take(alert());
  expect(answer).toEqual({ kind: "passedOn", registries: [target] });
  expect(published).toMatchObject([{ method: "POST", path: "/api/events", status: 200 }]);
  expect(hosts).not.toContain("evil.example");
});

test("without a target the dimension says which registry", async () => {
  expect((await take(alert({ alertTargetIDs: [contoso.workspaceArmId] }))).answer).toMatchObject({ kind: "passedOn" });
});

test.each([
  ["a resolved alert", alert({ monitorCondition: "Resolved" }), "ignored"],
  ["the sample of the portal's test button", alert({ alertRule: "test-WCUS-R2-Gen2" }), "ignored"],
  [
    "the sample by its subscription",
    alert({ alertId: "/subscriptions/11111111-1111-1111-1111-111111111111/x" }),
    "ignored",
  ],
  ["text that is not JSON", "<html>", "refused"],
  ["nothing", "", "refused"],
  ["a list", [alert()], "refused"],
  ["another schema", { schemaId: "Microsoft.Insights/LogAlert", data: {} }, "refused"],
  ["missing parts", { schemaId: "azureMonitorCommonAlertSchema", data: { essentials: {} } }, "refused"],
  ["a metric alert", alert({ monitoringService: "Platform" }), "refused"],
  ["no registry", alert({ alertTargetIDs: ["/subscriptions/x"] }, { allOf: [] }), "refused"],
  ["no window", alert({}, { windowStartTime: undefined }), "refused"],
  ["a window that ends before it starts", alert({}, { windowEndTime: "2026-11-21T08:00:00Z" }), "refused"],
  ["times that are none", alert({}, { windowStartTime: "yesterday" }), "refused"],
  ["1 MB", JSON.stringify({ ...alert(), padding: "x".repeat(1_048_576) }), "refused"],
  ["1 MB of nonsense", "x".repeat(1_048_576), "refused"],
  ["hostile parts", { schemaId: "\u202e<img src=x onerror=alert(1)>" }, "refused"],
])("%s is answered in one line, and nothing is published", async (_, body, kind) => {
  const { answer, published } = await take(body);
  expect(answer).toMatchObject({ kind, why: expect.stringMatching(/^.{1,1100}$/) });
  expect(published).toEqual([]);
});

test("an alert of the largest size is read", async () => {
  const body = JSON.stringify(alert());
  const padded = body + " ".repeat(alertLimitInBytes - Buffer.byteLength(body));
  expect((await take(padded)).answer).toMatchObject({ kind: "passedOn" });
});

test("a topic that does not answer is the sender's to try again", async () => {
  azure = await azureWith(loginWorld({ resources: [topic] }));
  const runtime = auditor({ ACRAUDIT_EVENT_TOPIC_ENDPOINT: endpoint });
  using _fault = azure.fault({ api: "eventGrid" }, { kind: "serverError", status: 503 });
  await expect(takeAlert(runtime, JSON.stringify(alert()))).rejects.toMatchObject({ reason: "unreachable" });
});

describe("an event", () => {
  const data = {
    source: "log-alert",
    registryId: target,
    windowStart: "2026-11-21T08:45:00Z",
    windowEnd: "2026-11-21T08:55:00.000Z",
  };
  const type = "AcrAuthAuditor.LoginFailuresDetected";
  const read = { event: { ...data, windowStart: "2026-11-21T08:45:00.000Z" } };

  test("is read in both schemas", () => {
    const grid = {
      id: "1",
      subject: target,
      eventType: type,
      eventTime: "2026-11-21T09:00:00Z",
      data,
      dataVersion: "1.0",
    };
    const cloud = { specversion: "1.0", id: "1", type, source: "/topics/x", time: "2026-11-21T09:00:00Z", data };
    expect(readLoginFailuresEvent(grid)).toEqual(read);
    expect(readLoginFailuresEvent(cloud)).toEqual(read);
  });

  test("has the same id for the same registry, window and source, and another for another", () => {
    const id = eventIdOf(data);
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(eventIdOf({ ...data, registryId: target.toUpperCase() })).toBe(id);
    expect(eventIdOf({ ...data, windowEnd: "2026-11-21T08:56:00Z" })).not.toBe(id);
  });

  test.each([
    ["nothing", undefined],
    ["a text", "event"],
    ["null", null],
    ["a list", []],
    ["another type", { eventType: "Microsoft.Resources.ResourceWriteSuccess", data }],
    ["another version of CloudEvents", { specversion: "0.3", type, data }],
    ["no data", { eventType: type }],
    ["data as text", { eventType: type, data: JSON.stringify(data) }],
    ["no registry", { eventType: type, data: { ...data, registryId: undefined } }],
    ["1 MB of registry", { eventType: type, data: { ...data, registryId: "/".repeat(1_048_576) } }],
    ["times that are none", { eventType: type, data: { ...data, windowStart: "now" } }],
    ["a window that ends before it starts", { eventType: type, data: { ...data, windowEnd: "2026-11-20T00:00:00Z" } }],
  ])("%s is a problem, not an exception", (_, event) => {
    expect(readLoginFailuresEvent(event)).toEqual({ problem: expect.any(String) });
  });
});
