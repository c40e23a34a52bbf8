import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { useAzure } from "../azure/use-azure.ts";
import { eventGridTopicBody, topicEndpoint } from "../azure/worlds/event-grid-topic.ts";
import { failedPulls, withLogs } from "../azure/worlds/failed-pulls.ts";
import { contoso, loginWorld } from "../azure/worlds/login-world.ts";
import { startAzurite } from "../azurite.ts";
import { startProduct } from "../host/start-product.ts";

export interface BurstFigures {
  readonly events: number;
  readonly queries: number;
  /** From the first call of the action group to the stored finding. */
  readonly firstSeconds: number;
  readonly allSeconds: number;
}

const alerts = 10;

/** One registry's logins fail, and the app is told so again and again, over HTTP and Event Grid's own path. */
export async function measureBurst(events = 10_000): Promise<BurstFigures> {
  const { registryId, workspaceId, kubelet, subscriptionId } = contoso;
  const now = new Date();
  const times = [-8, -7, -5].map((minutes) => new Date(now.getTime() + minutes * 60_000));
  const topic = eventGridTopicBody({ subscriptionId, resourceGroup: "rg-logs", name: "egt-acraudit" });
  const world = withLogs(
    loginWorld({ resources: [topic] }),
    failedPulls({ registryId, workspaceId, identity: kubelet.clientId, times }),
  );
  const azure = await useAzure(world, { now: () => now, resourceGraphQuota: 100_000 });
  await using azurite = await startAzurite();
  await using product = await startProduct({
    azure,
    env: {
      AzureWebJobsStorage: azurite.connectionString,
      ACRAUDIT_SWEEP_SCHEDULE: "0 0 3 * * *",
      ACRAUDIT_EVENT_TOPIC_ENDPOINT: topicEndpoint(topic.name),
      IDENTITY_ENDPOINT: process.env.IDENTITY_ENDPOINT,
    },
    runtime: { now: () => now },
    listen: { queues: false, timers: false },
    timeScale: 2e-3,
    events: { timeScale: 1e-5, copies: () => events / alerts },
  });

  await product.host.runtime.store.prepare();

  const [alert = {}] = product.rule.alerts();
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const calls = Array.from({ length: alerts }, () => product.group.call(alert));
  while ((await product.host.runtime.store.findings.list({})).length === 0) await sleep(5);
  const firstSeconds = seconds();
  await Promise.all(calls);
  await product.events.idle();
  const queries = azure.requests.filter(({ api }) => api === "logs").length;
  const figures = { events: product.events.attempts.length, queries, firstSeconds, allSeconds: seconds() };
  await azure[Symbol.asyncDispose]();
  return figures;
}

export function burstLine({ events, queries, firstSeconds, allSeconds }: BurstFigures): string {
  return `${events} events for one registry and window: ${queries} Log Analytics ${queries === 1 ? "query" : "queries"}, ${firstSeconds.toFixed(2)} s from the alert to the stored finding, ${allSeconds.toFixed(1)} s for all`;
}
