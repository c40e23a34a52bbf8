import process from "node:process";
import { expect, test, vi } from "vitest";
import { azureWith, someday } from "../audit.ts";
import type { Fault } from "../azure/faults.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { sharedAzurite } from "../azurite.ts";
import type { FunctionMetadata } from "./functions-core.ts";
import type { ListeningHost, ListenOptions } from "./listen.ts";
import { routesOf } from "./route.ts";
import { startHost } from "./start-host.ts";

const nobody = "http://127.0.0.1:9/MSI/token"; // for tests that need nothing of Azure

async function serve(options: ListenOptions = {}, now: () => Date = () => someday, identityEndpoint = nobody) {
  const env = {
    AzureWebJobsStorage: (await sharedAzurite()).newAccount(),
    ACRAUDIT_SWEEP_SCHEDULE: "*/10 * * * * *",
    IDENTITY_ENDPOINT: identityEndpoint,
  };
  const patience = { maxRetries: 0, retryDelayInMs: 1, throttledRetries: 0, throttledDelayInMs: 1 };
  const host = await startHost({ env, now, patience });
  return { host, app: await host.listen({ queues: false, timers: false, timeScale: 0, ...options }) };
}

const get = (app: ListeningHost, path: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${app.url}${path}`, { headers });

test("functions answer below /api, anonymous ones to everybody and the others to who has a key", async () => {
  const { host, app } = await serve();
  await using _ = app;
  await host.runtime.store.prepare();
  const statusOf = async (path: string, headers = {}) => (await get(app, path, headers)).status;

  expect(await statusOf("/api/health")).toBe(200);
  expect(await statusOf("/API/Health")).toBe(200);
  expect(await statusOf("/api/report")).toBe(401);
  expect(await statusOf("/api/report?code=wrong")).toBe(401);
  expect(await statusOf(`/api/report?code=${app.keys.system}`)).toBe(401);
  expect(await statusOf(`/api/report?code=${app.keys.function}`)).toBe(200);
  expect(await statusOf("/api/report", { "x-functions-key": app.keys.master })).toBe(200);
  expect(await statusOf(`/api/report?format=nonsense&code=${app.keys.function}`)).toBe(400);
  expect(await statusOf("/api/nothing")).toBe(404);
  expect(await statusOf("/health")).toBe(404);
  expect((await fetch(`${app.url}/api/health`, { method: "POST", body: "{}" })).status).toBe(404);
});

test("an answer comes with its own headers and its whole text", async () => {
  const { host, app } = await serve();
  await using _ = app;
  await host.runtime.store.prepare();
  const response = await get(app, `/api/report?format=html&code=${app.keys.function}`);
  expect(response.headers.get("content-type")).toMatch(/^text\/html/);
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(await response.text()).toMatch(/<\/html>\s*$/);
});

test("a function that throws is answered with an empty 500", async () => {
  const { host, app } = await serve({}, brokenClock);
  await using _ = app;
  await host.runtime.store.prepare();
  const response = await get(app, `/api/report?code=${app.keys.function}`);
  expect([response.status, await response.text()]).toEqual([500, ""]);
  expect(host.logs.at(-1)).toMatchObject({ functionName: "report", level: "error" });
});

function brokenClock(): Date {
  throw new TypeError("a bug");
}

const validation = { validationCode: "512d38b6-c7b8-40c8-89fe-f46f9e9622b6" };
const notification = { "aeg-event-type": "Notification" };

async function post(url: string, body: string, headers: Readonly<Record<string, string>>) {
  const response = await fetch(url, { method: "POST", body, headers });
  return { status: response.status, text: await response.text() };
}

test.for([
  ["Event Grid", [{ id: "1", data: validation }]],
  ["CloudEvents", { specversion: "1.0", id: "1", data: JSON.stringify(validation) }],
] as const)("shakes hands with Event Grid in the schema of %s", async ([, body]) => {
  const { app } = await serve();
  await using _ = app;
  const url = app.eventGridUrl("loginFailures");
  const answered = await post(url, JSON.stringify(body), { "aeg-event-type": "SubscriptionValidation" });
  expect(answered.status).toBe(200);
  expect(JSON.parse(answered.text)).toEqual({ validationResponse: validation.validationCode });
});

test("the webhook of Event Grid wants its key, a function of its kind and a type of event", async () => {
  const { app } = await serve();
  await using _ = app;
  const url = app.eventGridUrl("loginFailures");
  expect((await post(url.replace(/code=.*/, "code=wrong"), "[]", notification)).status).toBe(401);
  expect((await post(url.replace(app.keys.system, app.keys.function), "[]", notification)).status).toBe(401);
  expect(await post(app.eventGridUrl("nobody"), "[]", notification)).toEqual({
    status: 404,
    text: "cannot find function: 'nobody'",
  });
  expect((await post(app.eventGridUrl("report"), "[]", notification)).status).toBe(404);
  expect((await post(url, "[]", {})).status).toBe(400);
  expect((await post(url, "[]", { "aeg-event-type": "Unsubscribe" })).status).toBe(202);
  expect((await post(url, "{", notification)).status).toBe(500);
});

test("each event of a delivery is told alone, and 500 asks for all of them again", async () => {
  const { host, app } = await serve();
  await using _ = app;
  const url = app.eventGridUrl("loginFailures");
  const strange = { eventType: "Made.Up", data: {} };
  expect((await post(url, JSON.stringify([strange, strange]), notification)).status).toBe(202);
  expect(host.logs.filter(({ functionName }) => functionName === "loginFailures")).toHaveLength(2);

  const broken = await serve({}, brokenClock);
  await using __ = broken.app;
  const data = {
    source: "log-alert",
    registryId: `/subscriptions/${crypto.randomUUID()}/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/r`,
    windowStart: someday.toISOString(),
    windowEnd: someday.toISOString(),
  };
  const event = { specversion: "1.0", type: "AcrAuthAuditor.LoginFailuresDetected", data };
  const answered = await post(broken.app.eventGridUrl("loginFailures"), JSON.stringify(event), notification);
  expect(answered).toEqual({ status: 500, text: "a bug" });
});

test("queues are read while it listens, and what fails comes back until it is poison", async () => {
  const { host, app } = await serve({ queues: true });
  await using _ = app;
  await host.runtime.store.prepare();
  const queue = host.runtime.account?.queue("acraudit-slices");
  await queue?.createIfNotExists();
  const send = (message: object) => queue?.sendMessage(Buffer.from(JSON.stringify(message)).toString("base64"));
  await send({ runId: "never-was", unitId: "principals" });

  const told = () => host.logs.map(({ functionName, message }) => `${functionName}: ${message}`).join("\n");
  await vi.waitFor(() => expect(told()).toMatch(/sweepPoison: .*there is no such unit/), 10_000);
});

test("timers run when their schedule says so, beside the clock that the app was given", async () => {
  const speed = 100;
  const started = Date.now();
  const clock = () => new Date(someday.getTime() + (Date.now() - started) * speed);
  const ran: string[] = [];
  const { host, app } = await serve({ timers: true, timeScale: 1 / speed }, clock);
  const timer = async (name: string) => void ran.push(name);
  Object.assign(host, { timer });
  await vi.waitFor(() => expect(ran.filter((name) => name === "sweepTimer").length).toBeGreaterThan(2), 5000);
  await app[Symbol.asyncDispose]();
  const before = ran.length;
  await new Promise((later) => setTimeout(later, 250));
  expect(ran.length).toBe(before);
});

test("somebody with the master key starts what no address leads to", async () => {
  const { host, app } = await serve();
  await using _ = app;
  const call = async (name: string, key: string, body = "{}") =>
    (await post(`${app.url}/admin/functions/${name}`, body, { "x-functions-key": key })).status;
  expect(await call("sweepSlice", app.keys.function)).toBe(401);
  expect(await call("nobody", app.keys.master)).toBe(404);
  expect(await call("report", app.keys.master)).toBe(400);
  expect(await call("sweepSlice", app.keys.master, "{")).toBe(400);
  expect(await call("sweepSlice", app.keys.master, '{"input":"nonsense"}')).toBe(202);
  expect(host.logs.at(-1)?.message).toContain("queue message dropped");
});

test("it ends when what it does is done, or at once", async () => {
  const azure = await azureWith(defaultWorld(someday));
  const ask = async (faults: readonly Fault[]) => {
    const { app } = await serve({}, () => someday, process.env.IDENTITY_ENDPOINT);
    const arrived = Promise.withResolvers<void>();
    const slow: Fault = { kind: "slow", milliseconds: 100 };
    azure.fault({ api: "resourceGraph", times: 1 }, () => {
      arrived.resolve();
      return slow;
    });
    for (const fault of faults) azure.fault({ api: "resourceGraph" }, fault);
    const answer = get(app, `/api/can-pull?from=aks-tracking&registry=nftracking&code=${app.keys.function}`);
    await Promise.race([arrived.promise, answer]);
    return { app, answer };
  };

  const { app, answer } = await ask([]);
  const closed = app[Symbol.asyncDispose]();
  expect((await answer).status).toBe(200);
  await closed;
  await expect(get(app, "/api/health")).rejects.toThrow();

  const lost = await ask([{ kind: "reset" }]); // so that what runs on without anybody to answer ends soon
  const failed = expect(lost.answer).rejects.toThrow();
  await lost.app.kill();
  await failed;
});

test.for([
  ["registries", "/api/registries", {}],
  ["registries/{name}", "/api/registries/nord%20shop", { name: "nord shop" }],
  ["runs/{id:guid}", "/api/runs/abc", undefined],
  ["runs/{id:int}/units", "/api/runs/12/units", { id: "12" }],
  ["reports/{format?}", "/api/reports", {}],
  ["files/{*rest}", "/api/files/a/b", { rest: "a/b" }],
  ["a.b", "/api/axb", undefined],
] as const)("the route %s takes %s for %o", ([route, path, params]) => {
  const [found] = routesOf([httpFunction("one", route)]);
  expect(found?.match(path)).toEqual(params);
});

test("a route that says more comes before one that takes anything", () => {
  const routes = routesOf([
    httpFunction("any", "{*rest}"),
    httpFunction("one", "x/{id}"),
    httpFunction("exact", "x/y"),
  ]);
  expect(routes.map(({ functionName }) => functionName)).toEqual(["exact", "one", "any"]);
});

function httpFunction(name: string, route: string): FunctionMetadata {
  return { name, bindings: { request: { name: "request", type: "httpTrigger", direction: "in", route } } };
}
