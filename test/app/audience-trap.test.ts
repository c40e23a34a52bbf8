import { expect, test } from "vitest";
import { auditor, azureWith, sweep } from "../audit.ts";
import { pullApp, pullGrant, pullIds, pullRegistry, pullWorld } from "../azure/worlds/pull-world.ts";
import { registryTaskBody } from "../azure/worlds/registry-task.ts";

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

test("… nor where it cannot be seen what such an app pulls", async () => {
  const azure = await azureWith(world);
  using _fault = azure.fault({ path: "/providers/Microsoft.ResourceGraph/resources" }, ({ body }) =>
    /roleassignments/i.test(JSON.stringify(body)) ? { kind: "forbidden" } : undefined,
  );
  expect(await judged()).toEqual({ contosoprod: "unknown", contosodev: "unknown" });
});

test("… nor where the app itself cannot be read", async () => {
  const resources = world.resources.map((one) =>
    /containerApps\/orders$/.test(one.id) ? { ...one, properties: { configuration: { registries: "none" } } } : one,
  );
  await azureWith({ ...world, resources });
  expect(await judged()).toEqual({ contosoprod: "unknown", contosodev: "unknown" });
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
