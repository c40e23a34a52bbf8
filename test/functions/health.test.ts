import { expect, test } from "vitest";
import { health } from "../../src/app/health.ts";
import { auditor, azureWith, someday } from "../audit.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { emptyWorld } from "../azure/worlds/empty-world.ts";
import { sharedAzurite } from "../azurite.ts";
import { deliverQueues } from "../host/deliver-queues.ts";
import { startApp } from "./start-app.ts";

const hours = (count: number) => new Date(someday.getTime() + count * 60 * 60 * 1000);

test("an app that has not swept yet is healthy", async () => {
  const host = await startApp();

  const { status, body } = await host.http("health", { url: "/api/health" });

  expect(status).toBe(200);
  expect(JSON.parse(body)).toEqual({
    status: "healthy",
    storage: "reachable",
    sweeps: "noneYet",
    lastFinished: null,
  });
});

test("the age of the last finished sweep is told, and nothing of what it found", async () => {
  await azureWith(defaultWorld(someday));
  const storage = (await sharedAzurite()).newAccount();
  const host = await startApp({ storage });
  await host.timer("sweepTimer");
  await deliverQueues(host);

  const later = await startApp({ storage, now: hours(2) });
  const { status, headers, body } = await later.http("health", { url: "/api/health" });

  expect(status).toBe(200);
  expect(headers).toMatchObject({ "content-type": "application/json", "cache-control": "private, no-store" });
  expect(JSON.parse(body)).toEqual({
    status: "healthy",
    storage: "reachable",
    sweeps: "onTime",
    lastFinished: { finishedAt: someday.toISOString(), ageSeconds: 7200 },
  });
});

test("an app whose sweeps stopped is not healthy", async () => {
  await azureWith(defaultWorld(someday));
  const storage = (await sharedAzurite()).newAccount();
  const host = await startApp({ storage });
  await host.timer("sweepTimer");

  const sweepsAt = async (now: Date) => {
    const { status, body } = await (await startApp({ storage, now })).http("health", { url: "/api/health" });
    return `${status} ${JSON.parse(body).sweeps}`;
  };

  expect(await sweepsAt(hours(1))).toBe("200 noneYet"); // it still runs
  expect(await sweepsAt(hours(48))).toBe("503 overdue"); // it never ended
  await deliverQueues(host);
  expect(await sweepsAt(hours(19))).toBe("200 onTime"); // 04:00 the next day, while that day's sweep may still run
  expect(await sweepsAt(hours(48))).toBe("503 overdue");
});

test("storage that refuses the app makes it unhealthy, and the anonymous caller learns no more than that", async () => {
  const storage = (await sharedAzurite()).newAccount().replace(/AccountKey=[^;]+/, "AccountKey=c3RvbGVu");
  const host = await startApp({ storage });

  const { status, body } = await host.http("health", { url: "/api/health" });

  expect(status).toBe(503);
  expect(JSON.parse(body)).toEqual({
    status: "unhealthy",
    storage: "unreachable",
    sweeps: "unknown",
    lastFinished: null,
  });
  expect(host.logs.at(-1)?.message).toContain("answered 403");
});

test("storage that does not answer makes it unhealthy before the caller gives up", async () => {
  await azureWith(emptyWorld());
  const nowhere = "http://127.0.0.1:1/nobody";
  const runtime = auditor({
    AzureWebJobsStorage: `DefaultEndpointsProtocol=http;AccountName=nobody;AccountKey=bm8=;TableEndpoint=${nowhere};BlobEndpoint=${nowhere};QueueEndpoint=${nowhere}`,
  });

  const { status, error } = await health(runtime, 50);

  expect(status).toBe("unhealthy");
  expect(error?.message).toContain("does not answer");
});
