import { describe, expect, test } from "vitest";
import { answerCanPull } from "../../src/app/can-pull.ts";
import { auditor, azureWith, sweep } from "../audit.ts";
import {
  clusterPrincipal,
  foreignSubscription,
  pullApp,
  pullCluster,
  pullIds,
  pullRegistry,
  pullWorld,
} from "../azure/worlds/pull-world.ts";

const clientId = pullIds.clusterApplication;
const partner = pullRegistry("partnerhub", { subscriptionId: pullIds.foreignSubscriptionId });
const pullers = {
  "my-aks-cluster": pullCluster({
    tags: { "acraudit-registries": "partnerhub" },
    servicePrincipalClientId: clientId,
  }).resources,
  orders: pullApp({
    images: ["partnerhub.azurecr.io/shop/orders:2.1"],
    registries: [{ server: "partnerhub.azurecr.io", username: clientId }],
  }),
};

/** The application is of the pullers' tenant, and the registry they pull from of another. */
function world(from: keyof typeof pullers, signInAudience: string, secretEnds = "2027-11-01T08:00:00Z") {
  const { principal, application } = clusterPrincipal(secretEnds);
  return pullWorld({
    subscriptions: [foreignSubscription],
    resources: [partner, ...pullers[from]],
    roleAssignments: [],
    graph: { applications: [{ ...application, signInAudience }], servicePrincipals: [principal], groups: [] },
  });
}

describe.each(["my-aks-cluster", "orders"] as const)("%s pulls from a registry of another tenant as", (from) => {
  const asked = { from, registry: "partnerhub" };

  test("a multitenant application, whose service principal there cannot be seen", async () => {
    await azureWith(world(from, "AzureADMultipleOrgs"));
    const answer = await answerCanPull(auditor(), asked);
    expect(answer).toMatchObject({ answer: "unknown", reason: "identity-not-known" });
    expect(answer.gaps.map(({ detail }) => detail)).toEqual([
      `which service principal application ${clientId} has in tenant ${pullIds.foreignTenantId} cannot be seen from tenant ${pullIds.tenantId}`,
    ]);
    expect(answer.remedy).toBeUndefined();
    const { report } = await sweep(auditor());
    expect(report.findings.filter(({ ruleId }) => /cannot-pull$/.test(ruleId))).toEqual([]);
  });

  test("a single-tenant application, which has none there", async () => {
    await azureWith(world(from, "AzureADMyOrg"));
    const answer = await answerCanPull(auditor(), asked);
    expect(answer).toMatchObject({ answer: "deny", reason: "other-tenant", also: [] });
    expect(answer.remedy?.cli).toMatch(/^az acr token create/);
    const { report } = await sweep(auditor());
    const found = report.findings.filter(({ ruleId }) => /cannot-pull$/.test(ruleId));
    expect(found.map(({ message }) => message)).toEqual([expect.stringMatching(/another tenant|cross tenants/)]);
  });

  test("a single-tenant application whose secret has ended besides", async () => {
    await azureWith(world(from, "AzureADMyOrg", "2026-11-01T08:00:00Z"));
    expect(await answerCanPull(auditor(), asked)).toMatchObject({
      answer: "deny",
      reason: "credential-expired",
      also: ["other-tenant"],
    });
  });
});
