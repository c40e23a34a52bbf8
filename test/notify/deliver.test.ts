import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { secret } from "../../src/core/secret.ts";
import { deliver } from "../../src/notify/deliver.ts";
import type { Channel } from "../../src/notify/notifier.ts";
import { slack } from "../../src/notify/slack.ts";
import { teams } from "../../src/notify/teams.ts";
import { webhook } from "../../src/notify/webhook.ts";
import { type Answer, type Receiver, startReceiver } from "../receiver/start-receiver.ts";
import { digest, notice, notices, now } from "./notices.ts";

const key = secret(`whsec_${Buffer.alloc(32, 7).toString("base64")}`);
const path = "/services/T0/B0/very-secret-path?sig=very-secret-signature";
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
});
afterEach(() => {
  receiver.received.length = 0;
});
afterAll(() => receiver[Symbol.asyncDispose]());

function channel(notifier: Channel["notifier"], url = receiver.url(path)): Channel {
  return { notifier, url: secret(url), key, minSeverity: "medium", resolved: true };
}

const send = (to: Channel) => deliver(to, digest(notices(2)), { now: () => now, timeoutMs: 150 });

const taken = { taken: true };
const dead = { taken: false, again: false };
const later = { taken: false, again: true, uncertain: false };
const maybe = { taken: false, again: true, uncertain: true };
const date = new Date(now.getTime() + 90_000).toUTCString();

/** What each service's answer means: for Teams, for Slack, for the webhook. */
const answers: readonly (readonly [name: string, Answer, teams: object, slack: object, webhook: object])[] = [
  ["200 ok", { status: 200, body: "ok" }, taken, taken, taken],
  ["200 nope", { status: 200, body: "nope" }, taken, dead, taken],
  ["200 and a page", { status: 200, body: `<html>${path}` }, taken, dead, taken],
  ["200 and much", { status: 200, body: "ok".repeat(500_000) }, taken, dead, taken],
  ["202", { status: 202 }, taken, dead, taken],
  ["204", { status: 204 }, taken, dead, taken],
  ["302", { status: 302, headers: { location: "https://evil.example/" } }, dead, dead, dead],
  ["308", { status: 308, headers: { location: "https://evil.example/" } }, dead, dead, dead],
  ["400", { status: 400, body: "invalid_payload" }, dead, dead, dead],
  ["401", { status: 401 }, dead, dead, dead],
  ["403", { status: 403, body: "action_prohibited" }, dead, dead, dead],
  ["404", { status: 404, body: "no_service" }, dead, dead, dead],
  ["408", { status: 408 }, maybe, maybe, maybe],
  ["410", { status: 410, body: "channel_is_archived" }, dead, dead, dead],
  ["413", { status: 413 }, dead, dead, dead],
  ["429", { status: 429 }, later, later, later],
  ...(
    [
      ["30", 30_000],
      ["0", 0],
      [date, 90_000],
      ["Thu, 01 Jan 2026 00:00:00 GMT", 0],
      ["86400", 3_600_000],
      ["soon", 0],
    ] as const
  ).map(([after, retryAfterMs]) => {
    const outcome = { ...later, retryAfterMs };
    const answer = { status: 429, headers: { "retry-after": after } };
    return [`429 with Retry-After ${after}`, answer, outcome, outcome, outcome] as const;
  }),
  ["500", { status: 500, body: "rollup_error" }, later, later, later],
  ["502", { status: 502 }, maybe, maybe, maybe],
  ["503 with Retry-After", { status: 503, headers: { "retry-after": "5" } }, later, later, later],
  ["504", { status: 504 }, maybe, maybe, maybe],
  ["reset", "reset", maybe, maybe, maybe],
  ["accepted, then reset", "acceptedThenReset", maybe, maybe, maybe],
  ["slow", "slow", maybe, maybe, maybe],
];

test.for(answers)("%s", async ([, answer, forTeams, forSlack, forWebhook]) => {
  receiver.script = () => answer;
  for (const [notifier, outcome] of [
    [teams, forTeams],
    [slack, forSlack],
    [webhook, forWebhook],
  ] as const) {
    const attempt = await send(channel(notifier));
    expect({ name: notifier.name, ...attempt }).toMatchObject({ name: notifier.name, ...outcome });
    expect(JSON.stringify(attempt)).not.toMatch(/secret|127\.0\.0\.1|evil/);
  }
  expect(receiver.received.every(({ path: asked }) => asked === path)).toBe(true);
});

test("a receiver that is not there is a value too", async () => {
  const gone = await startReceiver();
  const url = gone.url(path);
  await gone[Symbol.asyncDispose]();
  expect(await send(channel(teams, url))).toEqual({ ...maybe, retryAfterMs: 0, detail: "no answer (ECONNREFUSED)" });
});

test("what a service answers is repeated only where it is one word", async () => {
  receiver.script = () => ({ status: 404, body: "no_service" });
  expect(await send(channel(slack))).toMatchObject({ detail: "answered 404 (no_service)" });
  receiver.script = () => ({ status: 404, body: `no ${path}` });
  expect(await send(channel(slack))).toMatchObject({ detail: "answered 404" });
});

test("a message is UTF-8 JSON in which every character can be printed", async () => {
  receiver.script = () => ({ status: 200, body: "ok" });
  const name = "\u202eregistry\u0000 登録簿 💥 \u{e0001}";
  const told = digest([notice("opened", { ...notices(1)[0]?.finding, message: name } as never)]);
  await deliver(channel(webhook), told, { now: () => now });
  const [{ body, headers } = { body: "", headers: {} }] = receiver.received;
  expect(headers["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
  expect(body).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(JSON.parse(body).data.changes[0].finding.message).toBe(name);
});

test("the webhook's signature holds for the bytes that arrive, and an id stays the same over attempts", async () => {
  receiver.script = () => ({ status: 500 });
  await send(channel(webhook));
  await send(channel(webhook));
  const [first, second] = receiver.received;
  expect(first?.headers["webhook-id"]).toBe(digest([]).deliveryId);
  expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
  const signed = webhook.sign?.({ id: digest([]).deliveryId, at: now, body: first?.body ?? "" }, key);
  expect(first?.headers).toMatchObject({ ...signed });
});
