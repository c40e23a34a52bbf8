import { expect, test } from "vitest";
import { answerCanPull } from "../../src/app/can-pull.ts";
import { auditor, azureWith, sweep } from "../audit.ts";
import {
  clusterPrincipal,
  foreignSubscription,
  pullCluster,
  pullIds,
  pullRegistry,
  pullWorld,
} from "../azure/worlds/pull-world.ts";

const cluster = pullCluster({
  tags: { "acraudit-registries": "contosoprod" },
  servicePrincipalClientId: pullIds.clusterApplication,
});
const { principal, application, grant } = clusterPrincipal("2027-11-01T08:00:00Z");
const resources = [pullRegistry("contosoprod"), ...cluster.resources];
const asked = { from: "my-aks-cluster", registry: "contosoprod" };
const nobody = { applications: [], servicePrincipals: [], groups: [] };

test("a cluster whose service principal was deleted cannot pull, and the sweep says so", async () => {
  await azureWith(pullWorld({ resources, roleAssignments: [grant], graph: nobody }));
  const pull = await answerCanPull(auditor(), asked);
  expect(pull).toMatchObject({ answer: "deny", reason: "principal-deleted", gaps: [] });
  expect(pull.evidence.ruleIds).toEqual(["puller-principal-unusable"]);
  expect(pull.remedy?.cli).toMatch(/^az aks update-credentials .*--service-principal NEW_CLIENT_ID/);

  const { report } = await sweep(auditor());
  const found = report.findings.filter(({ severity }) => severity === "high");
  expect(found).toMatchObject([
    { ruleId: "puller-principal-unusable", evidence: { clientId: pullIds.clusterApplication } },
  ]);
});

test("… and can while it is there", async () => {
  const graph = { applications: [application], servicePrincipals: [principal], groups: [] };
  await azureWith(pullWorld({ resources, roleAssignments: [grant], graph }));
  expect(await answerCanPull(auditor(), asked)).toMatchObject({ answer: "allow" });
});

test("a service principal that is disabled gets no token, whatever it is granted", async () => {
  const disabled = { ...principal, accountEnabled: false };
  const graph = { applications: [application], servicePrincipals: [disabled], groups: [] };
  await azureWith(pullWorld({ resources, roleAssignments: [grant], graph }));
  expect(await answerCanPull(auditor(), asked)).toMatchObject({
    answer: "deny",
    reason: "principal-disabled",
    also: [],
  });
  const { report } = await sweep(auditor());
  const found = report.findings.filter(({ severity }) => severity === "high");
  expect(found.map(({ ruleId }) => ruleId)).toEqual(["puller-principal-unusable"]);
});

test("a grant that is left to a deleted predecessor is named where the new service principal has none", async () => {
  const former = "0d6a3c5e-7f35-4f0e-9f39-6d9a1f0a1b11";
  const left = { ...grant, properties: { ...grant.properties, principalId: former } };
  const graph = { applications: [application], servicePrincipals: [principal], groups: [] };
  await azureWith(pullWorld({ resources, roleAssignments: [left], graph }));
  const { report } = await sweep(auditor());
  const found = report.findings.filter(({ ruleId }) => ruleId === "kubelet-cannot-pull");
  expect(found).toMatchObject([{ evidence: { orphans: [former], orphanedGrants: [grant.id] } }]);
  expect(found[0]?.message).toMatch(/its service principal .* has no grant; the one that is left there is of 0d6a3c5e/);
});

test("where subscriptions of several tenants are looked at, it may be a principal of another one", async () => {
  await azureWith(
    pullWorld({ subscriptions: [foreignSubscription], resources, roleAssignments: [grant], graph: nobody }),
  );
  expect(await answerCanPull(auditor(), asked)).toMatchObject({ answer: "unknown", reason: "identity-not-known" });
});
