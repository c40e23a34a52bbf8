import { expect, test } from "vitest";
import { answerCanPull } from "../../src/app/can-pull.ts";
import { auditor, azureWith, sweep } from "../audit.ts";
import type { Fault, FaultMatch, FaultOrChoice } from "../azure/faults.ts";
import { resourceGraphOf } from "../azure/resource-graph-fault.ts";
import type { World } from "../azure/world.ts";
import { clusterPrincipal, pullCluster, pullIds, pullRegistry, pullWorld } from "../azure/worlds/pull-world.ts";
import { registryTaskBody } from "../azure/worlds/registry-task.ts";

const task = registryTaskBody({
  ...{ registryId: pullIds.registry, name: "build" },
  customRegistries: { "contosodev.azurecr.io": "password" },
});
const tasks = pullWorld({ resources: [pullRegistry("contosoprod"), pullRegistry("contosodev"), task] });

const cluster = pullCluster({
  tags: { "acraudit-registries": "contosoprod" },
  servicePrincipalClientId: pullIds.clusterApplication,
});
const { principal, application, grant } = clusterPrincipal("2027-11-01T08:00:00Z");
const resources = [pullRegistry("contosoprod"), ...cluster.resources];
const graph = { applications: [application], servicePrincipals: [principal], groups: [] };
const clusters = pullWorld({ resources, roleAssignments: [grant], graph });
const asked = { from: "my-aks-cluster", registry: "contosoprod" };

const dropped = (path: string): Fault => ({ kind: "dropProperty", path });

async function swept(world: World, match: FaultMatch, fault: FaultOrChoice) {
  const azure = await azureWith(world);
  using _fault = azure.fault(match, fault);
  const { evaluations, report } = await sweep(auditor());
  azure.assertClean();
  return {
    outcomes: (ruleId: string) => evaluations.filter((one) => one.ruleId === ruleId).map(({ outcome }) => outcome),
    details: report.coverage.map(({ gap }) => gap.detail).join("\n"),
  };
}

const none = [{ api: "logs" }, { kind: "forbidden" }] as const;

test("a task of which a login cannot be read is unknown, not one without a password", async () => {
  const { outcomes } = await swept(tasks, ...none);
  expect(outcomes("task-with-literal-password")).toEqual(["fail"]);
  const lost = await swept(tasks, { api: "resourceGraph" }, resourceGraphOf("mv-expand", dropped("passwordType")));
  expect(lost.outcomes("task-with-literal-password")).toEqual(["unknown"]);
  expect(lost.details).toMatch(/build: a login to another registry: /);
});

test.each([
  ["clusters", resourceGraphOf("'microsoft.containerservice/managedclusters'", dropped("id")), clusters],
  ["tasks", resourceGraphOf("isSystemTask", dropped("id")), tasks],
  ["registries", resourceGraphOf("roleAssignmentMode", dropped("id")), clusters],
])("rows of %s that have lost even their ids are told", async (_, fault, world) => {
  expect((await swept(world, ...none)).details).not.toMatch(/a row without id/);
  expect((await swept(world, { api: "resourceGraph" }, fault)).details).toMatch(/^a row without id: /m);
});

const list = { api: "graph", path: /\/servicePrincipals$/i } as const;

test("a service principal that Graph does not describe whole is neither deleted nor enabled", async () => {
  expect((await swept(clusters, ...none)).outcomes("puller-principal-unusable")).toEqual(["pass"]);
  for (const path of ["id", "appId", "servicePrincipalType"]) {
    const { outcomes, details } = await swept(clusters, list, dropped(path));
    expect([path, outcomes("puller-principal-unusable")]).toEqual([path, ["unknown"]]);
    expect([path, outcomes("principal-credential-expiring")]).toEqual([path, ["unknown"]]);
    expect(details).toContain("Invalid input");
  }
});

test.each(["id", "appId", "servicePrincipalType"])(
  "… nor when it is asked for by itself without its %s",
  async (path) => {
    const azure = await azureWith(clusters);
    expect(await answerCanPull(auditor(), asked)).toMatchObject({ answer: "allow" });
    using _fault = azure.fault({ api: "graph", path: /servicePrincipals/i }, dropped(path));
    const answer = await answerCanPull(auditor(), asked);
    expect(answer).toMatchObject({ answer: "unknown", reason: "identity-not-known", gaps: [{ reason: "malformed" }] });
  },
);
