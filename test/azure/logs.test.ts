import { beforeEach, expect, test } from "vitest";
import { ask, tokenFor } from "./ask.ts";
import { child } from "./body.ts";
import type { SimulatedAzure } from "./simulate-azure.ts";
import { small, smallWorld } from "./small-world.ts";
import { useAzure } from "./use-azure.ts";

let azure: SimulatedAzure;
beforeEach(async () => {
  azure = await useAzure(smallWorld(), { now: () => new Date("2026-01-01T12:00:00Z") });
});

const query = async (text: string, timespan?: string, audience = "https://api.loganalytics.io") =>
  await ask(`https://api.loganalytics.io/v1/workspaces/${small.workspace}/query`, {
    method: "POST",
    token: await tokenFor(audience),
    body: { query: text, timespan },
  });
const count = async (timespan?: string) => {
  const { body } = await query("ContainerRegistryLoginEvents | count", timespan);
  return (body.tables as readonly { rows: readonly unknown[][] }[])[0]?.rows[0]?.[0];
};

test("answers with a table", async () => {
  const { body } = await query(
    "ContainerRegistryLoginEvents | summarize failures = countif(toint(ResultDescription) >= 400)",
  );
  expect(body).toEqual({
    tables: [{ name: "PrimaryResult", columns: [{ name: "failures", type: "long" }], rows: [[1]] }],
  });
  azure.assertClean();
});

test.each([
  [undefined, 2],
  ["PT90M", 1],
  ["2026-01-01T09:00:00Z/2026-01-01T10:30:00Z", 1],
  ["2026-01-01T09:00:00Z/PT3H", 2],
  ["PT2H/2026-01-01T11:30:00Z", 2],
])("within the timespan %s are %i rows", async (timespan, rows) => {
  expect(await count(timespan)).toBe(rows);
});

test("rows appear when they have been ingested", async () => {
  azure.load(smallWorld(), { now: () => new Date("2026-01-01T13:00:00Z") });
  expect(await count()).toBe(3);
});

test("rows of another workspace are not there", async () => {
  const [row] = smallWorld().logs.ContainerRegistryLoginEvents ?? [];
  azure.load(smallWorld({ logs: { ContainerRegistryLoginEvents: [{ ...row, _workspaceId: small.tenant }] } }));
  expect(await count()).toBe(0);
});

test("a documented table is there without rows, another one with the columns of its rows", async () => {
  azure.load(
    smallWorld({ logs: { KubeEvents: [{ TimeGenerated: "2026-01-01T10:00:00Z", Reason: "Failed", Count: 3 }] } }),
  );
  expect((await query("ContainerRegistryRepositoryEvents | project Repository, Size")).status).toBe(200);
  expect((await query("KubeEvents | project Reason, Count")).body).toMatchObject({
    tables: [{ rows: [["Failed", 3]] }],
  });
});

test("syntax and meaning are told apart", async () => {
  const inner = async (text: string) => child((await query(text)).body, "error", "innererror", "code");
  expect(await inner("ContainerRegistryLoginEvents | where (")).toBe("SyntaxError");
  expect(await inner("ContainerRegistryLoginEvents | project Identty")).toBe("SemanticError");
});

test("a token for ARM is refused", async () => {
  expect((await query("print 1", undefined, "https://management.azure.com")).status).toBe(403);
});

test("an identity that may not read the workspace is refused", async () => {
  azure.load(smallWorld({ callers: [{ principalId: small.puller, readable: [], graph: true }] }));
  const { status, body } = await query("print 1");
  expect([status, child(body, "error", "code")]).toEqual([403, "InsufficientAccessError"]);
});
