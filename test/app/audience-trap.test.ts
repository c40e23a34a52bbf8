import { describe, expect, test } from "vitest";
import { auditor, azureWith, sweep } from "../audit.ts";
import type { World } from "../azure/world.ts";
import { pullApp, pullCluster, pullGrant, pullIds, pullRegistry, pullWorld } from "../azure/worlds/pull-world.ts";
import { registryTaskBody } from "../azure/worlds/registry-task.ts";
import { siteBody, siteContainerBody } from "../azure/worlds/site.ts";

const rule = "arm-audience-token-accepted";
const world = pullWorld({
  resources: [pullRegistry("contosoprod"), pullRegistry("contosodev"), ...pullApp()],
  roleAssignments: [pullGrant(pullIds.appIdentity)],
});

async function judged() {
  const { evaluations } = await sweep(auditor());
  const own = evaluations.filter(({ ruleId }) => ruleId === rule);
  return Object.fromEntries(own.map(({ subject, outcome }) => [subject.name, outcome]));
}

test("nobody is told to refuse the tokens that an app pulls with", async () => {
  await azureWith(world);
  expect(await judged()).toEqual({ contosoprod: "notApplicable", contosodev: "fail" });
});

test("what such an app pulls is seen in its images, whether its grants can be read or not", async () => {
  const azure = await azureWith(world);
  using _fault = azure.fault({ path: "/providers/Microsoft.ResourceGraph/resources" }, ({ body }) =>
    /roleassignments/i.test(JSON.stringify(body)) ? { kind: "forbidden" } : undefined,
  );
  expect(await judged()).toEqual({ contosoprod: "notApplicable", contosodev: "fail" });
});

test("… nor where the app itself cannot be read", async () => {
  const resources = world.resources.map((one) =>
    /containerApps\/orders$/.test(one.id) ? { ...one, properties: { configuration: { registries: "none" } } } : one,
  );
  await azureWith({ ...world, resources });
  expect(await judged()).toEqual({ contosoprod: "unknown", contosodev: "unknown" });
});

test.for([
  ["as one that it does not name", { authType: "UserAssigned" }, "notApplicable"],
  ["in a way that is not known here", { authType: "FutureAuth" }, "unknown"],
  ["as nobody", { authType: "Anonymous" }, "fail"],
] as const)("a container of a site that logs in %s", async ([, login, outcome]) => {
  const place = { subscriptionId: pullIds.subscriptionId, resourceGroup: "rg-apps" };
  const site = siteBody({
    ...place,
    name: "portal",
    linuxFxVersion: "sitecontainers",
    userAssigned: [pullIds.appIdentity],
  });
  const main = siteContainerBody(site.id, "main", { image: "contosoprod.azurecr.io/shop/web:1", ...login });
  const children = { [`${site.id}/sitecontainers`]: [main] };
  await azureWith(pullWorld({ resources: [pullRegistry("contosoprod"), site], children }));
  expect(await judged()).toEqual({ contosoprod: outcome });
});

describe("a cluster with old node images", () => {
  const nodeImageVersion = "AKSUbuntu-2204gen2containerd-202402.09.0";
  const { body, resources, kubeletId } = pullCluster();
  const [system, work] = body.properties.agentPoolProfiles;
  const clusterWith = (image: string | null, changes: object = {}) => ({
    ...body,
    properties: { ...body.properties, agentPoolProfiles: [system, { ...work, nodeImageVersion: image }], ...changes },
  });
  const around = resources.filter(({ id }) => id !== body.id);
  const load = (cluster: object, scope?: string) =>
    azureWith(
      pullWorld({
        resources: [pullRegistry("contosoprod"), pullRegistry("contosodev"), cluster, ...around] as World["resources"],
        roleAssignments: scope === undefined ? [] : [pullGrant(kubeletId, scope)],
      }),
    );

  test.for([
    ["the registry", pullIds.registry, "fail"],
    ["the resource group", pullIds.registry.replace(/\/providers\/.*$/, ""), "notApplicable"],
    ["the subscription", `/subscriptions/${pullIds.subscriptionId}`, "notApplicable"],
    ["a management group", `/providers/Microsoft.Management/managementGroups/${pullIds.tenantId}`, "notApplicable"],
  ] as const)("is named wherever a grant on %s lets it pull", async ([, scope, other]) => {
    await load(clusterWith(nodeImageVersion), scope);
    expect(await judged()).toEqual({ contosoprod: "notApplicable", contosodev: other });
  });

  test("is not there with newer images, and may be there where they do not say how old they are", async () => {
    await load(clusterWith("AKSUbuntu-2204gen2containerd-202510.03.0"), pullIds.registry);
    expect(await judged()).toEqual({ contosoprod: "fail", contosodev: "fail" });
    await load(clusterWith(null), pullIds.registry);
    expect(await judged()).toEqual({ contosoprod: "unknown", contosodev: "fail" });
  });

  test("may be one that does not say which node pools it has", async () => {
    await load(clusterWith(null, { agentPoolProfiles: null }), pullIds.registry);
    expect(await judged()).toEqual({ contosoprod: "unknown", contosodev: "fail" });
  });

  test("may be any whose identity is not known", async () => {
    await load(clusterWith(nodeImageVersion, { identityProfile: null }));
    expect(await judged()).toEqual({ contosoprod: "unknown", contosodev: "unknown" });
  });
});

test("a sweep that does not look at everything gives no command that would cut off what it did not see", async () => {
  await azureWith(world);
  const { evaluations } = await sweep(auditor({ ACRAUDIT_SUBSCRIPTIONS: pullIds.subscriptionId }));
  const own = evaluations.filter(({ ruleId }) => ruleId === rule);
  const commands = own.flatMap(({ findings }) => findings.map(({ remediation }) => remediation.cli));
  expect(own.map(({ outcome }) => outcome).sort()).toEqual(["fail", "notApplicable"]);
  expect(commands).toEqual([expect.stringMatching(/^az acr config authentication-as-arm show /)]);
});

test("a task that carries a password is found, whatever it pulls from", async () => {
  const task = registryTaskBody({
    ...{ registryId: pullIds.registry, name: "scan", systemAssigned: true },
    ...{ loginMode: "None", customRegistries: { "quay.io": "password" } },
  });
  await azureWith(pullWorld({ resources: [pullRegistry("contosoprod"), task] }));
  const { report } = await sweep(auditor());
  const found = report.findings.filter(({ subject }) => subject.kind === "puller");
  expect(found.map(({ ruleId }) => ruleId)).toEqual(["task-with-literal-password"]);
});
