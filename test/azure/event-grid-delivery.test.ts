import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { EventGridPublisherClient } from "@azure/eventgrid";
import { ManagedIdentityCredential } from "@azure/identity";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ask, tokenFor } from "./ask.ts";
import { child } from "./body.ts";
import { type EventSubscriptionOptions, subscribeToEvents } from "./event-subscription.ts";
import type { SimulatedAzure } from "./simulate-azure.ts";
import { small, smallWorld } from "./small-world.ts";
import { useAzure } from "./use-azure.ts";
import type { Body, World } from "./world.ts";
import { eventGridTopicBody, topicEndpoint } from "./worlds/event-grid-topic.ts";

const place = { subscriptionId: small.subscription, resourceGroup: "rg" };
const grid = eventGridTopicBody({ ...place, name: "egt-grid" });
const cloud = eventGridTopicBody({ ...place, name: "egt-cloud", inputSchema: "CloudEventSchemaV1_0" });

let azure: SimulatedAzure;
let server: Server;
let received: { readonly headers: IncomingMessage["headers"]; readonly body: unknown }[];
/** What the endpoint answers to the next notifications; "late" not before the patience of a test is over. */
let answers: (number | "late" | "reset")[];
beforeEach(async () => {
  const world: World = smallWorld();
  azure = await useAzure({ ...world, resources: [...world.resources, grid, cloud] });
  received = [];
  answers = [];
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body: unknown = JSON.parse(Buffer.concat(await Array.fromAsync(request)).toString());
  if (request.headers["aeg-event-type"] === "SubscriptionValidation") {
    const data = child(Array.isArray(body) ? body[0] : body, "data");
    const { validationCode } = (typeof data === "string" ? JSON.parse(data) : data) as { validationCode: string };
    response.end(JSON.stringify({ validationResponse: validationCode }));
    return;
  }
  received.push({ headers: request.headers, body });
  const next = answers.shift() ?? 202;
  if (next === "reset") request.socket.destroy();
  else if (next === "late") setTimeout(() => response.writeHead(202).end(), 200);
  else response.writeHead(next).end();
}

const subscribe = (options: Partial<EventSubscriptionOptions> = {}) =>
  subscribeToEvents(azure, {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    timeScale: 1e-6,
    ...options,
  });

const client = (topic = grid) =>
  new EventGridPublisherClient(topicEndpoint(topic.name), "EventGrid", new ManagedIdentityCredential());
const event = (id: string) => ({
  id,
  subject: "/a/registry",
  eventType: "Made.Up",
  eventTime: new Date("2026-11-21T09:00:00Z"),
  data: { number: 7 },
  dataVersion: "1.0",
});

test("the official client's events are taken and delivered with their topic, one in each request", async () => {
  await using subscription = await subscribe();
  await client().send([event("one"), event("two")]);
  await subscription.idle();

  expect(received.map(({ body }) => body)).toEqual(
    ["one", "two"].map((id) => [
      { ...event(id), eventTime: "2026-11-21T09:00:00.000Z", topic: grid.id, metadataVersion: "1" },
    ]),
  );
  expect(received[0]?.headers).toMatchObject({ "aeg-event-type": "Notification", "aeg-delivery-count": "0" });
  expect(subscription.attempts.map(({ outcome }) => outcome)).toEqual(["delivered", "delivered"]);
  azure.assertClean();
});

test("an event of the Event Grid schema is delivered as a CloudEvent where the subscription says so", async () => {
  await using subscription = await subscribe({ schema: "CloudEventSchemaV1_0" });
  await client().send([event("one")]);
  await subscription.idle();
  expect(received.map(({ body }) => body)).toEqual([
    {
      specversion: "1.0",
      id: "one",
      source: grid.id,
      type: "Made.Up",
      subject: "/a/registry",
      time: "2026-11-21T09:00:00.000Z",
      datacontenttype: "application/json",
      data: { number: 7 },
    },
  ]);
  expect(received[0]?.headers["content-type"]).toContain("application/cloudevents+json");
});

test("a topic for CloudEvents takes and delivers CloudEvents", async () => {
  await using subscription = await subscribe({ schema: "CloudEventSchemaV1_0" });
  const publisher = new EventGridPublisherClient(
    topicEndpoint(cloud.name),
    "CloudEvent",
    new ManagedIdentityCredential(),
  );
  await publisher.send([{ id: "one", type: "Made.Up", source: "/me", data: { number: 7 } }]);
  await subscription.idle();
  expect(received[0]?.body).toMatchObject({ specversion: "1.0", id: "one", source: "/me" });
});

test.for([
  ["events without a subject", [{ ...event("one"), subject: undefined }], 400],
  ["an event that is not in a list", event("one"), 400],
  ["another topic's events", [{ ...event("one"), topic: cloud.id }], 400],
  ["what is no JSON", "{", 400],
  ["more than 1 MB", [{ ...event("one"), data: "x".repeat(1_048_576) }], 413],
] as const)("of %s nothing is taken", async ([, body, status]) => {
  const answered = await ask(`${topicEndpoint(grid.name)}?api-version=2018-01-01`, {
    method: "POST",
    token: await tokenFor("https://eventgrid.azure.net"),
    body,
  });
  expect(answered.status).toBe(status);
  expect(azure.published).toEqual([]);
});

test("a token for another service, and a client of the other schema, are refused", async () => {
  const refused = await ask(`${topicEndpoint(grid.name)}?api-version=2018-01-01`, {
    method: "POST",
    token: await tokenFor("https://management.azure.com"),
    body: [event("one")],
  });
  expect(refused.status).toBe(401);
  await expect(client(cloud).send([event("one")])).rejects.toMatchObject({ statusCode: 400 });
});

test("failures are tried again until the event is taken", async () => {
  answers = [500, 404, 503, "reset", "late", 202];
  await using subscription = await subscribe({ answerTimeoutMs: 100 });
  await client().send([event("one")]);
  await subscription.idle();
  expect(subscription.attempts.map(({ status, outcome }) => [status, outcome])).toEqual([
    [500, "retried"],
    [404, "retried"],
    [503, "retried"],
    [undefined, "retried"],
    [undefined, "retried"],
    [202, "delivered"],
  ]);
  expect(received.map(({ headers }) => headers["aeg-delivery-count"])).toEqual(["0", "1", "2", "3", "4", "5"]);
});

test.for([400, 401, 413])("after %i there is no second attempt", async (status) => {
  answers = [status];
  await using subscription = await subscribe();
  await client().send([event("one")]);
  await subscription.idle();
  expect(received).toHaveLength(1);
  expect(subscription.deadLetters).toMatchObject([{ id: "one", deliveryAttempts: 1 }]);
});

test.for([
  ["attempts", { maxDeliveryAttempts: 3 }, 3, "MaxDeliveryAttemptsExceeded"],
  ["minutes", { timeToLiveMinutes: 2 }, 4, "TimeToLiveExceeded"],
] as const)("after the last of its %s an event is a dead letter", async ([, options, attempts, reason]) => {
  answers = Array.from({ length: 20 }, () => 500);
  await using subscription = await subscribe(options);
  await client().send([event("one")]);
  await subscription.idle();
  expect(received.length).toBe(attempts);
  expect(subscription.deadLetters).toMatchObject([{ deadLetterReason: reason, lastDeliveryOutcome: "Status 500" }]);
});

test("duplicates and disorder are made on demand", async () => {
  await using subscription = await subscribe({
    copies: (at) => (at === 1 ? 2 : 1),
    delay: (at) => (at === 0 ? 80 : 0),
  });
  await client().send([event("one"), event("two"), event("three")]);
  await subscription.idle();
  const order = received.map(({ body }) => (body as Body[])[0]?.id);
  expect(order.toSorted()).toEqual(["one", "three", "two", "two"]);
  expect(order.at(-1)).toBe("one");
});

test("an endpoint that does not repeat the code gets no subscription", async () => {
  server.removeAllListeners("request");
  server.on("request", (_request, response) => response.end("{}"));
  await expect(subscribe()).rejects.toThrow("URL validation: the attempt to validate the endpoint /hook failed");
});

test("a publisher whose answer is lost has published", async () => {
  azure.fault({ api: "eventGrid", times: 1 }, { kind: "answerLost" });
  await client().send([event("one")]); // the client tries again by itself
  expect(azure.published.map((one) => one.event.id)).toEqual(["one", "one"]);
});
