import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { StoredFinding } from "../../src/core/reconcile.ts";
import { someday } from "../audit.ts";
import { resolvedAlert, testAlert } from "../azure/alert-payload.ts";
import { child } from "../azure/body.ts";
import type { EventSubscriptionOptions } from "../azure/event-subscription.ts";
import type { SimulatedAzure } from "../azure/simulate-azure.ts";
import { useAzure } from "../azure/use-azure.ts";
import type { Body, World } from "../azure/world.ts";
import { builtInRole } from "../azure/worlds/built-in-role.ts";
import { eventGridTopicBody, topicEndpoint } from "../azure/worlds/event-grid-topic.ts";
import { failedPulls, withLogs } from "../azure/worlds/failed-pulls.ts";
import { contoso, type LoginWorldOptions, loginWorld } from "../azure/worlds/login-world.ts";
import { sharedAzurite } from "../azurite.ts";
import { createDyingStorage } from "../dying-storage.ts";
import { type Product, startProduct } from "../host/start-product.ts";
import { createLife, type Life } from "../life.ts";
import { readable } from "../receiver/readable.ts";
import { type ChatReceiver, startChatReceiver } from "../receiver/start-chat-receiver.ts";
import { sampled } from "../sampled.ts";

const { registryId, workspaceId, kubelet, subscriptionId } = contoso;
const topic = eventGridTopicBody({ subscriptionId, resourceGroup: "rg-logs", name: "egt-acraudit" });
const minutes = (count: number) => new Date(someday.getTime() + count * 60_000);
const channels = ["teams", "slack"] as const;

/** A kubelet without a grant, whose pulls have been failing for some minutes. */
function failing(options: LoginWorldOptions = {}, times = [minutes(-8), minutes(-7), minutes(-5)]): World {
  const world = loginWorld({ resources: [topic], ...options });
  return withLogs(world, failedPulls({ registryId, workspaceId, identity: kubelet.clientId, times }));
}

/** The product with everything that calls it and that it calls, and a clock that only the test moves. */
interface Path extends AsyncDisposable {
  readonly azure: SimulatedAzure;
  readonly life: Life;
  readonly product: Product;
  readonly chats: Readonly<Record<(typeof channels)[number], ChatReceiver>>;
  readonly move: (minutes: number) => void;
  readonly serve: (world: World) => void;
  readonly findings: () => Promise<readonly StoredFinding[]>;
}

async function start(world = failing(), events: Partial<EventSubscriptionOptions> = {}): Promise<Path> {
  let now = someday;
  const simulation = { now: () => now, resourceGraphQuota: 100_000 };
  const azure = await useAzure(world, simulation);
  const life = createLife();
  const dieAtPublishing = () =>
    azure.fault({ api: "eventGrid" }, () => {
      const fate = life.meet("publish");
      return fate === "through" ? undefined : { kind: fate === "before" ? "reset" : "answerLost" };
    });
  dieAtPublishing();
  const storage = await createDyingStorage((await sharedAzurite()).newAccount(), life);
  const chats = {
    teams: await startChatReceiver("teams", { life }),
    slack: await startChatReceiver("slack", { life }),
  };
  const product = await startProduct({
    azure,
    env: {
      AzureWebJobsStorage: storage.connectionString,
      ACRAUDIT_SWEEP_SCHEDULE: "0 0 3 * * *",
      ACRAUDIT_EVENT_TOPIC_ENDPOINT: topicEndpoint(topic.name),
      ACRAUDIT_TEAMS_WEBHOOK_URL: chats.teams.url,
      ACRAUDIT_SLACK_WEBHOOK_URL: chats.slack.url,
      IDENTITY_ENDPOINT: process.env.IDENTITY_ENDPOINT,
    },
    runtime: {
      now: () => now,
      patience: { maxRetries: 1, retryDelayInMs: 1, throttledRetries: 1, throttledDelayInMs: 1 },
    },
    listen: { queues: false, timers: false },
    timeScale: 2e-3,
    events: { timeScale: 1e-5, ...events },
  });
  return {
    azure,
    life,
    product,
    chats,
    move: (count) => {
      now = new Date(now.getTime() + count * 60_000);
    },
    serve: (next) => {
      azure.load(next, simulation);
      dieAtPublishing();
    },
    findings: () => product.host.runtime.store.findings.list({}),
    [Symbol.asyncDispose]: async () => {
      await product[Symbol.asyncDispose]();
      for (const chat of Object.values(chats)) await chat[Symbol.asyncDispose]();
      await storage[Symbol.asyncDispose]();
    },
  };
}

/** What happens by itself every few minutes. */
async function nextMinutes({ product, move }: Path, count = 16): Promise<void> {
  move(count);
  for (const timer of ["loginFailureSweep", "deliverTimer"]) {
    await product.host.timer(timer).catch(() => {});
    await product.events.idle();
  }
  await product.host.timer("deliverTimer").catch(() => {});
}

/** Five alerts of the same failures: two of them come twice, and one late. */
async function fireFive({ product, move }: Path): Promise<void> {
  const [first = {}] = product.rule.alerts();
  await Promise.all([product.group.call(first), product.group.call(first)]);
  move(1);
  const [second = {}] = product.rule.alerts();
  await Promise.all([product.group.call(second), product.group.call(second)]);
  await product.group.call(first);
}

const texts = ({ chats }: Path, channel: (typeof channels)[number]) =>
  chats[channel].messages.map((message) => readable(message).join("\n"));
const logQueries = ({ azure }: Path) => azure.requests.filter(({ api }) => api === "logs").length;

const cause = "The cluster's kubelet identity has no grant that lets it pull";
const command = `az role assignment create --assignee-object-id ${kubelet.principalId} --assignee-principal-type ServicePrincipal --role AcrPull --scope ${registryId}`;

test.for(["EventGridSchema", "CloudEventSchemaV1_0"] as const)(
  "five alerts of one failing pull become one message for each channel, delivered in the %s",
  async (schema) => {
    await using path = await start(failing(), { schema, copies: (place) => (place === 1 ? 3 : 1) });
    await fireFive(path);
    await path.product.events.idle();
    await nextMinutes(path, 1);

    expect(path.product.group.calls.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(path.product.events.attempts.every(({ outcome }) => outcome === "delivered")).toBe(true);
    expect(await path.findings()).toMatchObject([
      {
        ruleId: "login-failing",
        state: "open",
        seq: 1,
        evidence: { cause: "kubelet-without-pull-grant", failures: 3 },
      },
    ]);
    for (const channel of channels) {
      const [text = "", ...more] = texts(path, channel);
      expect(more).toEqual([]);
      expect(text).toContain(cause);
      expect(text).toContain("Nodes of aks-shop are refused by contoso since 2026-11-21 08:52 UTC");
      expect(text).toContain("Last success of this identity: never");
      expect(text).toContain(command);
    }
    path.azure.assertClean();
  },
);

test("asking again changes nothing, and nobody is told again", async () => {
  await using path = await start();
  await fireFive(path);
  await path.product.events.idle();
  await nextMinutes(path);
  const stored = await path.findings();

  await fireFive(path);
  await nextMinutes(path);
  await nextMinutes(path);

  expect((await path.findings()).map(({ seq, state }) => [seq, state])).toEqual(
    stored.map(({ seq, state }) => [seq, state]),
  );
  for (const channel of channels) expect(path.chats[channel].messages).toHaveLength(1);
});

test("an alert that nobody hears is made good by the sweep of the logs", async () => {
  await using path = await start();
  path.azure.fault({ api: "eventGrid" }, { kind: "serverError", status: 503 });
  expect((await path.product.rule.evaluate()).map(({ taken }) => taken)).toEqual([false]);
  expect(path.product.group.calls.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503, 503]);
  path.serve(failing());

  await nextMinutes(path);

  for (const channel of channels) expect(texts(path, channel)).toEqual([expect.stringContaining(cause)]);
});

test("a channel that takes nothing for a while gets its message afterwards, the other one at once", async () => {
  await using path = await start();
  path.chats.teams.refuse(2, 503);
  await path.product.rule.evaluate();
  await path.product.events.idle();
  await path.product.host.timer("deliverTimer");
  expect([path.chats.teams.messages.length, path.chats.slack.messages.length]).toEqual([0, 1]);

  for (let time = 0; time < 3; time++) await nextMinutes(path);

  for (const channel of channels) expect(texts(path, channel)).toEqual([expect.stringContaining(cause)]);
});

test("the grant makes the pulls work again, and those who were told are told so", async () => {
  await using path = await start();
  await path.product.rule.evaluate();
  await path.product.events.idle();
  await nextMinutes(path, 1);

  const grants = [{ principalId: kubelet.principalId, role: builtInRole.acrPull, createdOn: minutes(5).toISOString() }];
  path.serve(failing({ grants, logins: [{ time: minutes(12).toISOString(), identity: kubelet.clientId }] }));
  await nextMinutes(path, 30);
  await nextMinutes(path, 2);

  expect(await path.findings()).toMatchObject([{ state: "resolved", resolvedReason: "fixed", seq: 2 }]);
  for (const channel of channels) {
    const [, resolved = "", ...more] = texts(path, channel);
    expect(more).toEqual([]);
    expect(resolved).toMatch(/resolved/i);
  }
});

test("10,000 failures in a burst, told many times, cost one query", async () => {
  const times = Array.from({ length: 10_000 }, (_, index) => new Date(minutes(-9).getTime() + index * 20));
  await using path = await start(failing({}, times), { copies: () => 100 });
  const [alert = {}] = path.product.rule.alerts();
  for (let time = 0; time < 5; time++) await path.product.group.call(alert);
  await path.product.events.idle();

  expect(child(alert, "data", "alertContext", "condition", "allOf")).toMatchObject([{ metricValue: 10_000 }]);
  expect(path.product.events.attempts).toHaveLength(500);
  expect(logQueries(path)).toBe(1);
  expect(await path.findings()).toMatchObject([{ evidence: { failures: 10_000 } }]);
});

test("each malformed alert is one clear line, an answer that ends the calls, and nothing else", async () => {
  await using path = await start();
  const [alert = {}] = path.product.rule.alerts();
  const foreign =
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/x/providers/Microsoft.Storage/storageAccounts/x";
  const cases: readonly (readonly [Body, number])[] = [
    [{ schemaId: "AzureMonitorMetricAlert", data: {} }, 400],
    [{}, 400],
    [withTarget(alert, foreign), 400],
    [withTarget(alert, "'); drop table findings //"), 400],
    [{ ...alert, padding: "x".repeat(1_048_576) }, 413],
    [resolvedAlert(alert, minutes(1)), 202],
    [testAlert(), 202],
  ];
  for (const [body, status] of cases) {
    const before = path.product.host.logs.length;
    await path.product.group.call(body);
    expect(path.product.group.calls.at(-1)?.status).toBe(status);
    const said = path.product.host.logs.slice(before).map(({ message }) => message);
    expect(said).toEqual([expect.stringMatching(/^alert (refused|ignored)/)]);
    expect(said[0]?.length).toBeLessThan(1500);
  }
  expect(path.product.group.calls).toHaveLength(cases.length);
  await nothingHappened(path);
});

test("each malformed event is one clear line, is not told again, and nothing else", async () => {
  await using path = await start();
  const outside =
    "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/x/providers/Microsoft.ContainerRegistry/registries/x";
  const window = { source: "log-alert", windowStart: minutes(-10).toISOString(), windowEnd: someday.toISOString() };
  const eventType = "AcrAuthAuditor.LoginFailuresDetected";
  const events: readonly unknown[] = [
    null,
    {},
    { eventType: "Microsoft.Storage.BlobCreated", data: {} },
    { eventType, data: { ...window } },
    { eventType, data: { ...window, registryId, windowStart: "yesterday" } },
    { specversion: "0.3", type: eventType, data: { ...window, registryId } },
    { eventType, data: { ...window, registryId: "'); drop table findings //" } },
    { eventType, data: { ...window, registryId: outside } },
  ];
  for (const event of events) {
    const before = path.product.host.logs.length;
    const response = await fetch(path.product.app.eventGridUrl("loginFailures"), {
      method: "POST",
      headers: { "aeg-event-type": "Notification" },
      body: JSON.stringify([event]),
    });
    expect(response.status, JSON.stringify(event)).toBe(202);
    const said = path.product.host.logs.slice(before).map(({ message }) => message);
    expect(said).toEqual([expect.stringMatching(/^event dropped/)]);
  }
  await nothingHappened(path);
});

async function nothingHappened(path: Path): Promise<void> {
  await path.product.events.idle();
  expect(path.azure.published).toEqual([]);
  await path.product.host.runtime.store.prepare();
  expect(await path.findings()).toEqual([]);
  await path.product.host.timer("deliverTimer");
  for (const channel of channels) expect(path.chats[channel].messages).toEqual([]);
  path.azure.assertClean();
}

function withTarget(alert: Body, target: string): Body {
  const changed = JSON.stringify(alert).replaceAll(registryId.toLowerCase(), target);
  return JSON.parse(changed) as Body;
}

/** `SEED=7 vitest run …` dies at the same points in another way. */
const seed = Number(process.env.SEED ?? 1);

test("killed between any two writes or sends, and started again, each channel gets the message once", async () => {
  const undisturbed = await livesOf(undefined);
  expect(undisturbed.deaths).toBe(0);
  const twice: string[] = [];
  for (const [after, what] of sampled([...undisturbed.writes.entries()])) {
    if (what.endsWith("/Tables")) continue; // whoever dies at making a table has done nothing yet
    const lost = (after + seed) % 2 === 0 ? "request" : "answer";
    const { deaths, received, explained, findings, point } = await livesOf({ after, lost });
    const killed = `seed ${seed}: killed at write ${after} of ${undisturbed.writes.length}, ${lost} lost (${point})`;
    expect(deaths, killed).toBe(1);
    expect(findings, killed).toEqual(undisturbed.findings);
    for (const channel of channels) {
      const bodies = received[channel];
      expect(new Set(bodies).size, `${killed}: ${channel} lost it, or got a phantom`).toBe(1);
      if (bodies.length === 1) continue;
      expect([bodies.length, explained.has(channel)], `${killed}: ${channel} got it twice`).toEqual([2, true]);
      twice.push(`${channel} at ${after}`);
    }
  }
  expect(twice.length).toBeLessThanOrEqual(4); // for each channel: the answer lost, or nobody left to write it down
});

interface Lives {
  readonly deaths: number;
  /** What was written and sent until everybody was told. */
  readonly writes: readonly string[];
  /** Messages without what differs from try to try. */
  readonly received: Readonly<Record<(typeof channels)[number], readonly string[]>>;
  /** Channels that had accepted a message when the app died without having written so down. */
  readonly explained: ReadonlySet<string>;
  readonly findings: readonly object[];
  /** What was being written when it died. */
  readonly point: string | undefined;
}

/** The whole path, by an app that dies once and is started again. */
async function livesOf(
  death: { readonly after: number; readonly lost: "request" | "answer" } | undefined,
): Promise<Lives> {
  await using path = await start();
  const { life, product, move } = path;
  const explained = new Set<string>();
  let deaths = 0;
  const restart = () =>
    product.restart(async () => {
      deaths++;
      for (const channel of channels) if (isUnrecorded(life, channel)) explained.add(channel);
      life.revive();
      move(2); // leases of the dead run out
    });
  const living = async (step: Promise<unknown>) => {
    let over = false;
    const ended = step
      .catch(() => {})
      .finally(() => {
        over = true;
      });
    while (!over) {
      if (life.dead) await restart();
      await Promise.race([ended, sleep(2)]);
    }
    if (life.dead) await restart();
  };

  if (death) life.dieAfter(death.after, death.lost);
  const [alert = {}] = product.rule.alerts();
  await living(Promise.all([product.group.call(alert), product.group.call(alert)]));
  await living(product.events.idle());
  await living(product.host.timer("deliverTimer"));
  const writes = life.log.map(({ what }) => what);
  await nextMinutes(path);
  if (channels.some((channel) => path.chats[channel].messages.length === 0)) await nextMinutes(path);
  const findings = (await path.findings()).map(({ fingerprint, state, seq }) => ({ fingerprint, state, seq }));
  return {
    deaths,
    writes,
    received: { teams: texts(path, "teams").map(stable), slack: texts(path, "slack").map(stable) },
    explained,
    findings,
    point: life.log.find(({ fate }) => fate !== "through")?.what,
  };
}

/** The message arrived, and what follows it, the note that it did, did not. */
function isUnrecorded({ log }: Life, channel: string): boolean {
  const sent = log.findIndex(({ what, fate }) => what === `message to ${channel}` && fate !== "before");
  const isNote = (what: string) => what.startsWith("PUT") && what.includes(`PartitionKey='${channel}'`);
  return sent >= 0 && !log.slice(sent).some(({ what, fate }) => isNote(what) && fate !== "before");
}

function stable(text: string): string {
  return text.replace(/^Run .*$/m, "").replace(/^Since:? .*$/m, "");
}
