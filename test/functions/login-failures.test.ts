import { beforeEach, expect, test } from "vitest";
import { azureWith, someday } from "../audit.ts";
import type { SimulatedAzure } from "../azure/simulate-azure.ts";
import { contoso, loginWorld } from "../azure/worlds/login-world.ts";
import { startApp } from "./start-app.ts";

const at = (minutes: number) => new Date(someday.getTime() + minutes * 60_000).toISOString();
const data = {
  source: "log-alert",
  registryId: contoso.registryId.toLowerCase(),
  windowStart: at(-15),
  windowEnd: at(-5),
};
const type = "AcrAuthAuditor.LoginFailuresDetected";
const grid = { id: "1", eventType: type, subject: data.registryId, eventTime: at(0), data, dataVersion: "1.0" };
const cloud = { specversion: "1.0", id: "1", type, source: "/topic", time: at(0), data };

let azure: SimulatedAzure;
beforeEach(async () => {
  azure = await azureWith(loginWorld({ logins: [{ time: at(-10), identity: contoso.kubelet.clientId, status: 401 }] }));
});

test("an event in either schema becomes one finding", async () => {
  const host = await startApp();
  for (const event of [grid, cloud, grid]) await host.queue("loginFailures", JSON.stringify(event));

  expect(await host.runtime.store.findings.list({})).toMatchObject([{ ruleId: "login-failing", state: "open" }]);
  expect(azure.requests.filter(({ api }) => api === "logs")).toHaveLength(1);
  expect(host.logs.filter(({ level }) => level === "error")).toEqual([]);
});

test.each([
  ["no event", { hello: "world" }],
  ["another event", { ...grid, eventType: "Microsoft.Storage.BlobCreated" }],
  ["a foreign resource", { ...grid, data: { ...data, registryId: `${data.registryId}x` } }],
  ["hostile", { ...grid, data: { ...data, registryId: "'); drop\u0000\u202e" } }],
])("%s is let go with one line in the log", async (_, event) => {
  const host = await startApp();
  await host.queue("loginFailures", JSON.stringify(event));

  expect(host.logs.filter(({ level }) => level === "error")).toHaveLength(1);
  expect(host.logs.map(({ message }) => message.replaceAll("\n", "")).join("")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  await host.runtime.store.prepare();
  expect(await host.runtime.store.findings.list({})).toEqual([]);
});

test("what may pass is thrown, so that it is told again", async () => {
  const host = await startApp();
  using _fault = azure.fault({ api: "logs" }, { kind: "serverError", status: 503 });
  await expect(host.queue("loginFailures", JSON.stringify(grid))).rejects.toThrow(/answered 503/);
});

test("what stays wrong is written down and let go", async () => {
  const host = await startApp();
  using _fault = azure.fault({ api: "logs" }, { kind: "forbidden" });
  await host.queue("loginFailures", JSON.stringify(grid));
  expect(
    host.logs
      .filter(({ level }) => level === "warning")
      .map(({ message }) => message)
      .join(""),
  ).toMatch(/login-failures/);
});

test("an alert without a topic is handled at once, and a bad one is refused", async () => {
  const host = await startApp();
  const alert = {
    schemaId: "azureMonitorCommonAlertSchema",
    data: {
      essentials: {
        alertRule: "acr",
        monitorCondition: "Fired",
        monitoringService: "Log Alerts V2",
        alertTargetIDs: [data.registryId],
      },
      alertContext: { condition: { windowStartTime: data.windowStart, windowEndTime: data.windowEnd } },
    },
  };
  const post = (body: string) =>
    host.http("loginFailureAlert", { method: "POST", url: "https://app/api/alerts/login-failures", body });

  expect(await post(JSON.stringify(alert))).toMatchObject({ status: 202 });
  expect(await host.runtime.store.findings.list({})).toHaveLength(1);
  expect(await post("{")).toMatchObject({ status: 400 });
  expect(await post("x".repeat(1_048_576))).toMatchObject({ status: 413 });
});

test("a diagnosis is made on request", async () => {
  const host = await startApp();
  const ask = async (body: object) =>
    host.http("diagnose", { method: "POST", url: "https://app/api/diagnoses", body: JSON.stringify(body) });

  const answer = await ask({ registry: "contoso" });
  expect(JSON.parse(answer.body)).toMatchObject({
    diagnoses: [{ conclusion: { cause: "kubelet-without-pull-grant", verdict: "confirmed" } }],
  });
  expect(await ask({ registry: "fabrikam" })).toMatchObject({ status: 404 });
  expect(await ask({ registry: "contoso", status: "many" })).toMatchObject({ status: 400 });
});

test("the timer walks the logs", async () => {
  const host = await startApp();
  await host.timer("loginFailureSweep");
  expect(await host.runtime.store.findings.list({})).toHaveLength(1);
  expect(await host.runtime.store.watermarks.get(contoso.workspaceArmId)).toEqual(new Date(at(-12)));
});
