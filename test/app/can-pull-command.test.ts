import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { beforeEach, expect, test } from "vitest";
import { runCommand } from "../../src/app/command.ts";
import { azureWith, someday } from "../audit.ts";
import type { SimulatedAzure } from "../azure/simulate-azure.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { pullCluster, pullRegistry, pullWorld } from "../azure/worlds/pull-world.ts";

let azure: SimulatedAzure;

beforeEach(async () => {
  azure = await azureWith(defaultWorld(someday));
});

async function canPull(...args: readonly string[]) {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const env = { IDENTITY_ENDPOINT: process.env.IDENTITY_ENDPOINT };
  const terminal = { env, stdout: stream("stdout"), stderr: stream("stderr") };
  const patience = { maxRetries: 1, retryDelayInMs: 1, throttledRetries: 1, throttledDelayInMs: 1 };
  const code = await runCommand(["can-pull", ...args], terminal, { now: () => someday, patience });
  return { code, ...written };
}

test("yes ends with 0, and says by which assignment", async () => {
  const { code, stdout } = await canPull("--from", "aks-tracking", "--registry", "nftracking.azurecr.io");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^allow: allowed\naks-tracking can pull from nftracking\./);
  expect(stdout).toMatch(/Assignments +\/subscriptions\/.*\/roleAssignments\//);
});

test("no ends with 1, and gives the one command that would make it a yes", async () => {
  const { code, stdout } = await canPull("--from", "aks-dispatch", "--registry", "https://nfdispatch.azurecr.io/");
  expect(code).toBe(1);
  expect(stdout).toContain("deny: not-attached\n");
  expect(stdout).toMatch(/\n {2}az aks update .*--attach-acr/);
});

test("what cannot be told ends with 3, and says what would have to be known", async () => {
  using _blind = azure.fault({ api: "arm", path: /roleAssignments/ }, { kind: "forbidden" });
  const { code, stdout } = await canPull("--from", "aks-tracking", "--registry", "nftracking");
  expect(stdout).toMatch(/^unknown: grants-not-known\n/);
  expect(stdout).toMatch(/Not known +list role assignments of [\s\S]* answered\s+403/);
  expect(code).toBe(3);
});

test("an option that is given twice is wrong: one of them would not be asked about", async () => {
  const asked = ["--from", "app-fleet-map", "--registry", "nftelematics"];
  const { code, stderr } = await canPull(...asked, "--repository", "other/x", "--repository", "telematics/fleet-map");
  expect(code).toBe(2);
  expect(stderr).toContain("Option '--repository' is given more than once");
  expect((await canPull(...asked, "--repository", "telematics/fleet-map")).code).toBe(0);
});

test("JSON is JSON alone", async () => {
  const { code, stdout } = await canPull("--from", "aks-customs", "--registry", "nfcustoms", "--format", "json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: "1.0", answer: "deny", reason: "abac-ignores-role" });
});

test("it costs a handful of requests, whatever else the tenant has", async () => {
  const before = azure.requests.length;
  await canPull("--from", "aks-tracking", "--registry", "nftracking");
  expect(azure.requests.length - before).toBeLessThan(25);
});

test.for([
  ["without a registry", ["--from", "aks-tracking"], /--registry is missing/],
  ["without anything", [], /--from is missing\n.*--registry is missing/],
  ["an unknown format", ["--from", "a", "--registry", "b", "--format", "pdf"], /--format pdf: has to be table or json/],
  ["an unknown option", ["--form", "a"], /--form/],
  ["a workload that is not there", ["--from", "nowhere", "--registry", "nftracking"], /no workload "nowhere"/],
  [
    "a repository of another registry",
    ["--from", "aks-tracking", "--registry", "nftracking", "--repository", "nfcustoms.azurecr.io/api"],
    /names nfcustoms\.azurecr\.io, and the question is about nftracking\.azurecr\.io/,
  ],
  [
    "a pattern of repositories",
    ["--from", "aks-tracking", "--registry", "nftracking", "--repository", "shop/*"],
    /"shop\/\*" is no repository/,
  ],
  [
    "an empty repository",
    ["--from", "aks-tracking", "--registry", "nftracking", "--repository", ""],
    /is no repository/,
  ],
] as const)("%s is wrong usage and ends with 2", async ([, args, says]) => {
  const { code, stderr } = await canPull(...args);
  expect(stderr).toMatch(says);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(code).toBe(2);
});

test.for(["shop/cart", "/shop/cart", "Shop/Cart:1.4", "nftracking.azurecr.io/shop/cart", "shop/cart@sha256:aa"])(
  "%s is the repository shop/cart",
  async (repository) => {
    const asked = ["--from", " aks-tracking ", "--registry", "NFTRACKING.azurecr.io/", "--repository", repository];
    const { code, stdout } = await canPull(...asked, "--format", "json");
    expect(JSON.parse(stdout).repositories).toEqual(["shop/cart"]);
    expect(code).toBe(0);
  },
);

test("help is an answer and names every exit code", async () => {
  const { code, stdout, stderr } = await canPull("--help");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/--repository R[\s\S]*\n {2}0 .*\n {2}1 .*\n {2}2 .*\n {2}3 /);
});

test("whoever stops reading does not change the exit code, which is the answer", async () => {
  const child = spawn(process.execPath, ["src/cli.ts", "can-pull", "--help"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  const stderr = child.stderr.setEncoding("utf8").toArray();
  expect(await once(child, "exit")).toEqual([0, null]);
  expect((await stderr).join("")).toBe("");
});

test("a name that two workloads have is refused with both ids", async () => {
  const twins = [pullCluster(), pullCluster({ resourceGroup: "other-rg" })];
  await azureWith(pullWorld({ resources: [pullRegistry("contosoprod"), ...twins.map(({ body }) => body)] }));
  const { code, stderr } = await canPull("--from", "my-aks-cluster", "--registry", "contosoprod");
  expect(code).toBe(2);
  for (const { body } of twins) expect(stderr).toContain(body.id);
});
