import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerCanPull } from "../../src/app/can-pull.ts";
import { diagnoseOnRequest } from "../../src/app/diagnose-request.ts";
import { auditor, azureWith, sweep } from "../audit.ts";
import { resourceGraphOf } from "../azure/resource-graph-fault.ts";
import type { SimulatedAzure } from "../azure/simulate-azure.ts";
import type { World } from "../azure/world.ts";
import { builtInRole } from "../azure/worlds/built-in-role.ts";
import { denyAssignmentBody } from "../azure/worlds/deny-assignment.ts";
import { groupBody } from "../azure/worlds/group.ts";
import { identityOf } from "../azure/worlds/identity-of.ts";
import {
  clusterPrincipal,
  pullCluster,
  pullGrant,
  pullIds,
  pullRegistry,
  pullWorld,
} from "../azure/worlds/pull-world.ts";
import { roleAssignmentBody } from "../azure/worlds/role-assignment.ts";

const root = `/providers/Microsoft.Management/managementGroups/${pullIds.tenantId}`;
const cluster = pullCluster({ tags: { "acraudit-registries": "contosoprod" } });
const { principalId } = identityOf(cluster.kubeletId);
const resources = [pullRegistry("contosoprod"), ...cluster.resources];
const asked = { from: "my-aks-cluster", registry: "contosoprod" };

const world = (changes: Partial<Omit<World, "subscriptions">>) => pullWorld({ resources, ...changes });
const wide = (role: string = builtInRole.acrPull) => roleAssignmentBody({ scope: root, role, principalId });

/** Resource Graph does not say which management groups are above subscriptions. */
const silent = resourceGraphOf("managementGroupAncestorsChain", { kind: "dropProperty", path: "ancestors" });

let azure: SimulatedAzure;
const show = async (shown: World) => {
  azure = await azureWith(shown);
  azure.fault({ api: "resourceGraph" }, silent);
};
beforeEach(async () => {
  azure = await azureWith(world({}));
});
afterEach(() => azure.assertClean());

async function outcomesOf(ruleId: string) {
  const { evaluations } = await sweep(auditor());
  return evaluations.filter((one) => one.ruleId === ruleId).map(({ outcome }) => outcome);
}

test("a grant at a management group counts where Resource Manager lists it at the registry", async () => {
  await show(world({ roleAssignments: [wide()] }));
  expect(await answerCanPull(auditor(), asked)).toMatchObject({ answer: "allow", reason: "allowed", gaps: [] });
  expect(await outcomesOf("kubelet-cannot-pull")).toEqual(["pass"]);
});

test("… and without it nobody can pull", async () => {
  await show(world({}));
  expect(await answerCanPull(auditor(), asked)).toMatchObject({ answer: "deny", reason: "not-attached" });
  expect(await outcomesOf("kubelet-cannot-pull")).toEqual(["fail"]);
});

test("a deny assignment at a management group counts too", async () => {
  const denied = denyAssignmentBody({
    ...{ scope: root, denyAssignmentName: "no pulls" },
    actions: ["Microsoft.ContainerRegistry/registries/pull/read"],
  });
  await show(world({ roleAssignments: [pullGrant(cluster.kubeletId)], denyAssignments: [denied] }));
  expect(await answerCanPull(auditor(), asked)).toMatchObject({ answer: "deny", reason: "denied-by-deny-assignment" });
  expect(await outcomesOf("kubelet-cannot-pull")).toEqual(["fail"]);
});

test("what a management group grants beside a grant on the registry is not overlooked", async () => {
  await show(world({ roleAssignments: [pullGrant(cluster.kubeletId), wide(builtInRole.acrPush)] }));
  expect(await outcomesOf("puller-can-push")).toEqual(["fail"]);
});

test("rules about all grants of a registry cannot be answered, and no pair is taken for denied", async () => {
  await show(world({ roleAssignments: [wide()] }));
  expect(await outcomesOf("broad-readers-can-pull")).toEqual(["unknown"]);
  const { report } = await sweep(auditor());
  expect(report.matrix.pairs).toMatchObject({ deny: 0 });
  expect(report.coverage.map(({ gap }) => gap.detail)).toContainEqual(
    expect.stringContaining("does not say which management groups are above"),
  );
});

test("… which they can where nothing is granted at a management group", async () => {
  await show(world({ roleAssignments: [pullGrant(cluster.kubeletId)] }));
  expect(await outcomesOf("broad-readers-can-pull")).toEqual(["pass"]);
});

test("no finding of a principal is resolved by it", async () => {
  const runtime = auditor();
  const { principal, application } = clusterPrincipal("2026-11-01T08:00:00Z");
  const grant = roleAssignmentBody({ scope: root, role: builtInRole.acrPull, principalId: principal.id });
  const graph = { applications: [application], servicePrincipals: [principal], groups: [] };
  azure = await azureWith(world({ roleAssignments: [grant], graph }));
  const before = await sweep(runtime);
  expect(before.report.findings.map(({ ruleId }) => ruleId)).toContain("principal-credential-expired");
  await show(world({ roleAssignments: [grant], graph }));
  const after = await sweep(runtime);
  expect(after.report.resolved).toEqual([]);
  expect(after.report.findings.map(({ ruleId }) => ruleId)).toContain("principal-credential-expired");
});

test("a diagnosis counts it too", async () => {
  const request = { registry: "contosoprod", identity: principalId, status: "403", hours: 1 };
  const causeOf = async () => {
    const [diagnosis] = (await diagnoseOnRequest(auditor(), request)).diagnoses;
    return diagnosis?.causes.find(({ cause }) => cause === "kubelet-without-pull-grant")?.verdict;
  };
  await show(world({ roleAssignments: [wide()] }));
  expect(await causeOf()).toBe("excluded");
  await show(world({}));
  expect(await causeOf()).not.toBe("excluded");
});

test("a registry is not refused for what Resource Graph does not say, and is where another group is in the scope", async () => {
  const request = { registry: pullIds.registry, identity: principalId, status: "403", hours: 1 };
  const diagnose = (group: string) => diagnoseOnRequest(auditor({ ACRAUDIT_MANAGEMENT_GROUPS: group }), request);
  expect((await diagnose(pullIds.tenantId)).diagnoses).toHaveLength(1);
  await expect(diagnose("platform")).rejects.toMatchObject({ name: "RefusedError" });
  await show(world({}));
  await expect(diagnose(pullIds.tenantId)).rejects.toMatchObject({
    name: "AzureError",
    message: expect.stringContaining("does not say which management groups are above"),
  });
});

describe("whether a cluster can pull from any registry", () => {
  const idle = pullCluster();
  const group = groupBody({
    displayName: "pullers",
    members: [{ kind: "servicePrincipal", id: principalId, displayName: "the kubelet identity" }],
  });
  const toGroup = (scope: string) =>
    roleAssignmentBody({ scope, role: builtInRole.acrPull, principalId: group.id, principalType: "Group" });
  const graph = { applications: [], servicePrincipals: [], groups: [group] };
  const resources = [pullRegistry("contosoprod"), ...idle.resources];
  const shown = (scope: string) => pullWorld({ resources, roleAssignments: [toGroup(scope)], graph });
  const elsewhere = `/subscriptions/${pullIds.subscriptionId}/resourceGroups/rg-apps`;

  test.each([
    ["is not known where an unreadable group was granted it above", root, true, "unknown"],
    ["is not known where the members are, and not the chain", root, false, "unknown"],
    ["is known where the group was granted it beside all registries", elsewhere, true, "fail"],
  ])("%s", async (_, scope, unread, outcome) => {
    await show(shown(scope));
    if (unread) azure.fault({ api: "graph", path: /transitiveMembers/i }, { kind: "forbidden" });
    expect(await outcomesOf("cluster-never-attached")).toEqual([outcome]);
  });

  test("is known where Resource Graph says the chain and the members are known", async () => {
    azure = await azureWith(shown(root));
    expect(await outcomesOf("cluster-never-attached")).toEqual(["pass"]);
  });

  test.each([
    ["is not known where it was granted a role that cannot be read", pullIds.registry, "unknown"],
    ["is known where it was granted that beside all registries", elsewhere, "fail"],
  ])("%s", async (_, scope, outcome) => {
    azure = await azureWith(pullWorld({ resources, roleAssignments: [pullGrant(idle.kubeletId, scope)] }));
    azure.fault({ api: "arm", path: /roleDefinitions/i }, { kind: "forbidden" });
    expect(await outcomesOf("cluster-never-attached")).toEqual([outcome]);
  });
});
