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
import { subscriptionBody } from "../azure/worlds/subscription.ts";

const expired = clusterPrincipal("2026-11-01T08:00:00Z");
const nobody = { applications: [], servicePrincipals: [], groups: [] };

/** A subscription of another tenant, whose id is the first or the last of all. */
const partner = (subscriptionId: string) =>
  subscriptionBody({ subscriptionId, tenantId: pullIds.foreignTenantId, displayName: "partner" });

test("a principal's finding stays the same one, whatever other tenants delegate", async () => {
  const seen: string[][] = [];
  for (const subscriptions of [
    [],
    [partner("00000000-0000-4000-8000-000000000001")],
    [partner("ffffffff-ffff-4fff-bfff-ffffffffffff")],
  ]) {
    await azureWith(
      pullWorld({
        ...{ subscriptions, resources: [pullRegistry("contosoprod")], roleAssignments: [expired.grant] },
        graph: { applications: [expired.application], servicePrincipals: [expired.principal], groups: [] },
      }),
    );
    const { report } = await sweep(auditor());
    seen.push(report.findings.filter(({ subject }) => subject.kind === "principal").map((one) => one.fingerprint));
  }
  expect(seen[0]).toHaveLength(1);
  expect(new Set(seen.map((fingerprints) => fingerprints.join())).size).toBe(1);
});

test("where all that is looked at is of another tenant, nobody who is not in this directory was deleted", async () => {
  const { foreignSubscriptionId: subscriptionId, foreignTenantId: tenantId } = pullIds;
  const cluster = pullCluster({
    ...{ subscriptionId, tenantId, servicePrincipalClientId: pullIds.clusterApplication },
    tags: { "acraudit-registries": "partnerprod" },
  });
  await azureWith(
    pullWorld({
      subscriptions: [foreignSubscription],
      resources: [pullRegistry("partnerprod", { subscriptionId }), ...cluster.resources],
      graph: nobody,
    }),
  );
  const asked = { from: "my-aks-cluster", registry: "partnerprod" };
  const delegatedAlone = auditor({ ACRAUDIT_SUBSCRIPTIONS: subscriptionId });
  expect(await answerCanPull(delegatedAlone, asked)).toMatchObject({ answer: "unknown", reason: "identity-not-known" });
  const { report } = await sweep(delegatedAlone);
  expect(report.findings.filter(({ ruleId }) => ruleId === "puller-principal-unusable")).toEqual([]);
});
