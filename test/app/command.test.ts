import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "../../src/app/command.ts";
import type { Report } from "../../src/report/model.ts";
import { azureWith, someday } from "../audit.ts";
import type { SimulatedAzure } from "../azure/simulate-azure.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { emptyWorld } from "../azure/worlds/empty-world.ts";
import { ids } from "../azure/worlds/ids.ts";
import { sharedAzurite } from "../azurite.ts";

let azure: SimulatedAzure;

beforeEach(async () => {
  azure = await azureWith(defaultWorld(someday));
});

describe("acraudit sweep", () => {
  test("shows what is wrong in 100 columns, ends with 1, and says that it keeps no history", async () => {
    const { code, stdout, stderr } = await acraudit(["sweep"]);
    expect(code).toBe(1);
    expect(stderr).toBe("");
    expect(stdout).toContain("nfbilling accepts its admin user name and password.");
    expect(stdout).toContain("No history is kept");
    expect(stdout.split("\n").filter((line) => [...line].length > 100)).toEqual([]);
  });

  test("ends with 0 when nothing open reaches the threshold and all was looked at", async () => {
    const quiet = defaultWorld(someday);
    const foreign = quiet.graph.servicePrincipals.find(({ displayName }) =>
      String(displayName).startsWith("Kuestenlinie"),
    );
    const lasting = {
      keyId: "55555555-5555-4555-8555-555555555555",
      startDateTime: "2026-11-01T00:00:00Z",
      endDateTime: "2027-10-01T00:00:00Z",
    };
    // one cannot be looked at, the other holds AcrPull on a registry that ignores it
    const loud = [foreign?.id, ids.kubeletPrincipals.customs];
    const pullers = [ids.clusters, ids.workloads].flatMap((group) => Object.values<string>(group));
    const roleAssignments = quiet.roleAssignments.filter(
      ({ properties }) => !loud.includes(Object(properties).principalId),
    );
    await azureWith({
      ...quiet,
      roleAssignments,
      children: Object.fromEntries(Object.entries(quiet.children).filter(([path]) => !path.endsWith("/cacheRules"))),
      resources: quiet.resources
        .filter(({ id }) => !pullers.includes(id))
        .map((resource) => ({
          ...resource,
          ...("properties" in resource && {
            properties: {
              ...Object(resource.properties),
              ...(/registries$/i.test(resource.type) && { adminUserEnabled: false }),
            },
          }),
        })),
      graph: {
        ...quiet.graph,
        applications: quiet.graph.applications.map((one) => ({
          ...one,
          passwordCredentials: [lasting],
          keyCredentials: [],
        })),
        servicePrincipals: quiet.graph.servicePrincipals.map((one) => ({
          ...one,
          passwordCredentials: one.servicePrincipalType === "Application" ? [lasting] : [],
          keyCredentials: [],
        })),
      },
    });
    const { code, stdout } = await acraudit(["sweep", "--threshold", "high"]);
    expect(stdout).not.toContain("Not looked at");
    expect(code).toBe(0);
  });

  test("prints only JSON when asked for JSON, with every evaluation when asked for all", async () => {
    const { stdout } = await acraudit(["sweep", "--format", "json", "--all", "--verbose"]);
    const report = JSON.parse(stdout) as Report;
    expect(report.run?.totals?.usage.resourceGraph.requests).toBeGreaterThan(0);
    const pass = report.evaluations?.find(
      ({ outcome, ruleId }) => outcome === "pass" && ruleId === "admin-user-enabled",
    );
    expect(pass).toMatchObject({
      message: expect.stringMatching(/refuses its admin user/),
      evidence: { registry: expect.any(String) },
    });
    expect(new Set(report.evaluations?.map(({ outcome }) => outcome))).toEqual(
      new Set(["pass", "fail", "unknown", "notApplicable"]),
    );
  });

  test("writes a file instead of printing", async () => {
    const path = join(tmpdir(), `report-${process.pid}.json`);
    const { stdout } = await acraudit(["sweep", "--format", "json", "--output", path]);
    expect(stdout).toBe("");
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ schemaVersion: "1.0" });
  });

  test("looks at the named subscription only", async () => {
    const [first] = azure.world.subscriptions;
    const { stdout } = await acraudit(["sweep", "--subscription", first?.subscriptionId ?? "", "--format", "json"]);
    const report = JSON.parse(stdout) as Report;
    expect(report.summary.subscriptions).toBe(1);
    const partitions = new Set([...report.findings, ...report.upcoming].map(({ subject }) => subject.partition));
    expect(
      [...partitions].filter((partition) => partition !== "principals" && partition !== first?.subscriptionId),
    ).toEqual([]);
  });

  test("says at --verbose what it asked of whom", async () => {
    const { stderr } = await acraudit(["sweep", "--verbose"]);
    expect(stderr).toMatch(/resourceGraph\s+\d+ requests\s+\d+ throttled\s+[\d.]+ s waited/);
    expect(stderr).toMatch(/inventory [\d.]+ s, collect/);
  });
});

describe("one clear message and no stack trace for", () => {
  test.each([
    [
      "several wrong settings at once",
      ["sweep"],
      { ACRAUDIT_CLOUD: "Mars", ACRAUDIT_EXPIRY_DAYS: "7,30", ACRAUDIT_NOPE: "1" },
      2,
      [/ACRAUDIT_CLOUD/, /ACRAUDIT_EXPIRY_DAYS.*three numbers/, /ACRAUDIT_NOPE: no such setting/],
    ],
    ["a subscription that is no GUID", ["sweep", "--subscription", "prod"], {}, 2, [/ACRAUDIT_SUBSCRIPTIONS.*GUID/]],
    [
      "a subscription that does not exist",
      ["sweep", "--subscription", "00000000-0000-4000-8000-000000000000"],
      {},
      3,
      [/can read no subscription/, /00000000-0000-4000-8000-000000000000/],
    ],
    ["an unknown format", ["sweep", "--format", "pdf"], {}, 2, [/--format pdf.*table, html, json/]],
    ["an unknown option", ["sweep", "--frmat", "json"], {}, 2, [/--frmat/, /acraudit --help/]],
    ["an unknown command", ["swep"], {}, 2, [/no command "swep"/]],
    [
      "a file that cannot be written",
      ["sweep", "--output", "/nowhere/report.txt"],
      {},
      2,
      [/\/nowhere\/report\.txt.*ENOENT/],
    ],
    ["a report without storage", ["report"], {}, 2, [/AzureWebJobsStorage/]],
    [
      "a storage account that does not answer",
      ["sweep"],
      { AzureWebJobsStorage: nowhere() },
      3,
      [/storage account does not answer/],
    ],
  ])("%s", async (_, args, env, code, says) => {
    const result = await acraudit(args, env);
    for (const text of says) expect(result.stderr).toMatch(text);
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect(result.code).toBe(code);
  });

  test("an identity without any permission", async () => {
    using _nothing = azure.fault({ api: "resourceGraph" }, { kind: "forbidden" });
    const { code, stderr } = await acraudit(["sweep"]);
    expect(stderr).toMatch(/query subscriptions: answered 403/);
    expect(code).toBe(3);
  });

  test("an empty tenant, in which nothing stored is lost", async () => {
    const storage = { AzureWebJobsStorage: (await sharedAzurite()).newAccount() };
    await acraudit(["sweep"], storage);
    await azureWith({ ...emptyWorld(), tenantId: azure.world.tenantId, subscriptions: [] });
    const { code, stderr } = await acraudit(["sweep"], storage, 60_000);
    expect(stderr).toMatch(/can read no subscription/);
    expect(code).toBe(3);

    const report = JSON.parse((await acraudit(["report", "--format", "json"], storage)).stdout) as Report;
    expect(report.findings.length).toBeGreaterThan(0);
  });

  test("a tenant without registries", async () => {
    await azureWith(emptyWorld());
    const { code, stderr } = await acraudit(["sweep"]);
    expect(stderr).toMatch(/no container registry is visible in 1 subscription/);
    expect(code).toBe(3);
  });
});

test("a subscription that was swept before and is not any more shows as not looked at", async () => {
  const storage = { AzureWebJobsStorage: (await sharedAzurite()).newAccount() };
  await acraudit(["sweep"], storage);
  const [first] = azure.world.subscriptions;
  const { stdout } = await acraudit(
    ["sweep", "--subscription", first?.subscriptionId ?? "", "--format", "json"],
    storage,
    60_000,
  );
  const report = JSON.parse(stdout) as Report;
  expect(report.resolved).toEqual([]);
  expect(report.coverage.map(({ gap }) => gap.detail).join("\n")).toMatch(/did not look at .*; what is open there, /);
});

function nowhere(): string {
  const key = Buffer.from("none").toString("base64");
  return `DefaultEndpointsProtocol=http;AccountName=nobody;AccountKey=${key};BlobEndpoint=http://127.0.0.1:1/nobody;QueueEndpoint=http://127.0.0.1:1/nobody;TableEndpoint=http://127.0.0.1:1/nobody;`;
}

async function acraudit(args: readonly string[], env: Readonly<Record<string, string>> = {}, later = 0) {
  const out = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") => ({
    write: (text: string) => {
      out[name] += text;
    },
  });
  const code = await runCommand(
    args,
    {
      env: { IDENTITY_ENDPOINT: process.env.IDENTITY_ENDPOINT, ...env },
      stdout: stream("stdout"),
      stderr: stream("stderr"),
    },
    {
      now: () => new Date(someday.getTime() + later),
      patience: { maxRetries: 1, retryDelayInMs: 1, throttledRetries: 0, throttledDelayInMs: 1 },
    },
  );
  return { code, ...out };
}
