import { expect, test } from "vitest";
import { z } from "zod";
import { AzureError } from "../../src/azure/error.ts";
import { queryLogs } from "../../src/azure/logs.ts";
import { createMeter } from "../../src/azure/meter.ts";
import { queryResourceGraph } from "../../src/azure/resource-graph.ts";
import { listSubscriptions } from "../../src/azure/subscriptions.ts";
import { auditor, azureWith } from "../audit.ts";
import { contoso, loginWorld } from "./worlds/login-world.ts";

const connect = () => auditor().connect(createMeter());
const subscriptions = { name: "subscriptions", query: "resourcecontainers | project id" };
const bug = () => {
  throw new TypeError("a bug of ours");
};

test("a bug in what keeps or transforms rows stays a bug", async () => {
  await azureWith(loginWorld({}));
  const row = z.looseObject({});
  await expect(queryResourceGraph(connect(), { ...subscriptions, row, keep: bug })).rejects.toThrow(TypeError);
  await expect(queryResourceGraph(connect(), { ...subscriptions, row: row.transform(bug) })).rejects.toThrow(TypeError);
  const logs = {
    ...{ name: "one row", workspaceId: contoso.workspaceId, kql: "print Time = 1", parameters: {}, timeoutMs: 10_000 },
    ...{ from: new Date("2026-11-21T08:00:00Z"), to: new Date("2026-11-21T09:00:00Z") },
  };
  await expect(queryLogs(connect(), { ...logs, row: row.transform(bug) })).rejects.toThrow(TypeError);
});

test("… and rows that are not what was asked for are told one by one, or are Azure's fault", async () => {
  const azure = await azureWith(loginWorld({}));
  const odd = await queryResourceGraph(connect(), { ...subscriptions, row: z.object({ nothing: z.string() }) });
  expect(odd.rows).toEqual([]);
  expect(odd.malformed.length).toBeGreaterThan(0);
  using _fault = azure.fault({ api: "resourceGraph" }, { kind: "dropProperty", path: "id" });
  const { malformed } = await queryResourceGraph(connect(), { ...subscriptions, row: z.object({ id: z.string() }) });
  expect(malformed.map(({ id }) => id)).toContain("a row without id");
});

test("an answer without its list is Azure's fault, and so is one whose next page was read before", async () => {
  const azure = await azureWith(loginWorld({}));
  {
    using _fault = azure.fault({ api: "arm", path: /^\/subscriptions$/ }, { kind: "selfNextLink" });
    const error = await listSubscriptions(connect()).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AzureError);
    expect(error).toMatchObject({ reason: "malformed", message: expect.stringContaining("was read before") });
  }
  expect(await listSubscriptions(connect())).toHaveLength(1);
});
