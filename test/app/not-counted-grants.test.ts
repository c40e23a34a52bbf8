import { describe, expect, test } from "vitest";
import { answerCanPull } from "../../src/app/can-pull.ts";
import { auditor, azureWith, someday } from "../audit.ts";
import { useAzure } from "../azure/use-azure.ts";
import type { World } from "../azure/world.ts";
import { builtInRole } from "../azure/worlds/built-in-role.ts";
import { delegationBodies } from "../azure/worlds/delegation.ts";
import { denyAssignmentBody } from "../azure/worlds/deny-assignment.ts";
import { eligibleAssignmentBody } from "../azure/worlds/eligible-assignment.ts";
import { groupBody } from "../azure/worlds/group.ts";
import { guid } from "../azure/worlds/guid.ts";
import { identityOf } from "../azure/worlds/identity-of.ts";
import {
  clusterPrincipal,
  foreignSubscription,
  pullApp,
  pullCluster,
  pullGrant,
  pullIds,
  pullRegistry,
  pullWorld,
} from "../azure/worlds/pull-world.ts";
import { roleAssignmentBody } from "../azure/worlds/role-assignment.ts";

const subscription = `/subscriptions/${pullIds.subscriptionId}`;
const resourceGroup = `${subscription}/resourceGroups/acr-rg`;
const orders = identityOf(pullIds.appIdentity).principalId;
const kubelet = (cluster: ReturnType<typeof pullCluster>) => identityOf(cluster.kubeletId).principalId;
const abac = { roleAssignmentMode: "AbacRepositoryPermissions" } as const;

type Changes = Partial<Omit<World, "subscriptions">>;

const eligibility = /roleEligibilityScheduleInstances/i;
const delegation = /registrationAssignments/i;

async function ask(world: World, from: string, repository?: string) {
  const azure = await azureWith(world);
  const before = azure.requests.length;
  const answer = await answerCanPull(auditor(), { from, registry: "contosoprod", repository });
  azure.assertClean();
  const paths = azure.requests.slice(before).map(({ path }) => path);
  return {
    ...answer,
    eligibilityReads: paths.filter((path) => eligibility.test(path)).length,
    delegationReads: paths.filter((path) => delegation.test(path)).length,
  };
}

describe("a role that the identity is eligible for", () => {
  const app = (changes: Changes, registry = pullRegistry("contosoprod"), repository?: string) =>
    ask(pullWorld({ resources: [registry, ...pullApp()], ...changes }), "orders", repository);
  const eligible = (changes: Partial<Parameters<typeof eligibleAssignmentBody>[0]> = {}) =>
    eligibleAssignmentBody({ scope: pullIds.registry, role: builtInRole.acrPull, principalId: orders, ...changes });
  const activatable = (changes: Parameters<typeof eligible>[0] = {}) => ({
    roleEligibilityScheduleInstances: [eligible(changes)],
  });

  test("is named and grants nothing", async () => {
    const instance = eligible();
    const answer = await app({ roleEligibilityScheduleInstances: [instance] });
    expect(answer).toMatchObject({ answer: "deny", reason: "no-grant" });
    expect(answer.notChecked).toContain(
      `${instance.id}: AcrPull is eligible and grants nothing until it is activated, which only a person can do`,
    );
    expect(answer.remedy?.cli).toMatch(/role assignment create/);
  });

  test("is a grant like any other once it is active, and nothing more is asked", async () => {
    const answer = await app({ ...activatable(), roleAssignments: [pullGrant(pullIds.appIdentity)] });
    expect(answer).toMatchObject({ answer: "allow", eligibilityReads: 0, delegationReads: 0 });
    expect(answer.notChecked.join()).not.toMatch(/eligible/);
  });

  test.for([
    ["the registry", {}, {}, true],
    ["the resource group", { scope: resourceGroup }, {}, true],
    ["the subscription", { scope: subscription }, {}, true],
    ["another registry", { scope: pullIds.devRegistry }, {}, false],
    ["something below the registry", { scope: `${pullIds.registry}/tokens/edge` }, {}, false],
    ["the registry, without pull", { role: builtInRole.acrDelete }, {}, false],
    ["a registry in ABAC mode, with a role that it ignores", {}, abac, false],
    ["a registry in ABAC mode, with one that it honours", { role: builtInRole.repositoryReader }, abac, true],
    ["the registry, by another identity", { principalId: guid("somebody else") }, {}, false],
  ] as const)("is named or not: %s", async ([, changes, settings, named]) => {
    const answer = await app(activatable(changes), pullRegistry("contosoprod", settings));
    expect(answer).toMatchObject({ answer: "deny", eligibilityReads: 1 });
    expect(/is eligible and grants nothing/.test(answer.notChecked.join("\n"))).toBe(named);
  });

  test.for([
    ["shop/orders", undefined, true],
    ["shop/other", undefined, false],
    ["shop/other", "shop/other", true],
    ["shop/orders", "shop/other", false],
  ] as const)("with a condition for %s is named if that is what is pulled: %s", async ([allowed, asked, named]) => {
    const action = "'Microsoft.ContainerRegistry/registries/repositories/content/read'";
    const name = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]";
    const condition = `((!(ActionMatches{${action}})) OR (${name} StringEqualsIgnoreCase '${allowed}'))`;
    const changes = { role: builtInRole.repositoryReader, condition };
    const answer = await app(activatable(changes), pullRegistry("contosoprod", abac), asked);
    expect(answer.answer).toBe("deny");
    expect(/is eligible/.test(answer.notChecked.join())).toBe(named);
  });

  test("is named when a group has it that the identity is in", async () => {
    const member = { kind: "servicePrincipal", id: orders, displayName: "id-orders" } as const;
    const group = groupBody({ displayName: "pullers", members: [member] });
    const others = groupBody({ displayName: "others" });
    const graph = { applications: [], servicePrincipals: [], groups: [group, others] };
    const held = (id: string) => activatable({ principalId: id, principalType: "Group" });
    expect((await app({ ...held(group.id), graph })).notChecked.join()).toMatch(/AcrPull is eligible/);
    expect((await app({ ...held(others.id), graph })).notChecked.join()).not.toMatch(/eligible/);
  });

  test("is not named where a deny assignment would take it away all the same", async () => {
    const actions = ["Microsoft.ContainerRegistry/registries/pull/read"];
    const denied = denyAssignmentBody({ scope: pullIds.registry, denyAssignmentName: "no pulls", actions });
    const answer = await app({ ...activatable(), denyAssignments: [denied] });
    expect(answer.answer).toBe("deny");
    expect(answer.notChecked.join()).not.toMatch(/is eligible/);
  });

  test("is named though its role could not be read, because it may allow", async () => {
    const azure = await azureWith(
      pullWorld({ resources: [pullRegistry("contosoprod"), ...pullApp()], ...activatable() }),
    );
    using _ = azure.fault({ api: "arm", path: /roleDefinitions/i }, { kind: "forbidden" });
    const answer = await answerCanPull(auditor(), { from: "orders", registry: "contosoprod" });
    expect(answer).toMatchObject({ answer: "deny", reason: "no-grant" });
    expect(answer.notChecked.join()).toMatch(/a role that could not be read is eligible/);
  });

  test("is found on the last page", async () => {
    const roles = [builtInRole.acrDelete, builtInRole.catalogLister, builtInRole.acrPull];
    const instances = roles.map((role) => eligible({ role }));
    const resources = [pullRegistry("contosoprod"), ...pullApp()];
    await useAzure(pullWorld({ resources, roleEligibilityScheduleInstances: instances }), {
      ...{ now: () => someday, resourceGraphQuota: 100_000 },
      pageSize: 1,
    });
    const { notChecked } = await answerCanPull(auditor(), { from: "orders", registry: "contosoprod" });
    expect(notChecked.filter((one) => /is eligible/.test(one))).toEqual([expect.stringContaining(": AcrPull is")]);
  });
});

describe("a role that Azure Lighthouse delegates", () => {
  const cluster = pullCluster({
    subscriptionId: pullIds.foreignSubscriptionId,
    tenantId: pullIds.foreignTenantId,
    tags: { "acraudit-registries": "contosoprod" },
  });
  const delegated = (scope: string, principalId = kubelet(cluster), role: string = builtInRole.acrPull) => {
    const { definition, assignment } = delegationBodies({
      ...{ scope, managedByTenantId: pullIds.foreignTenantId },
      authorizations: [
        { principalId: guid("an operator"), role: builtInRole.contributor },
        { principalId, role },
      ],
    });
    return { registrationDefinitions: [definition], registrationAssignments: [assignment] };
  };
  const world = (changes: Changes) =>
    pullWorld({
      subscriptions: [foreignSubscription],
      resources: [pullRegistry("contosoprod"), ...cluster.resources],
      ...changes,
    });

  test("is named, and the tenant stays another", async () => {
    const changes = delegated(subscription);
    const answer = await ask(world(changes), "my-aks-cluster");
    expect(answer).toMatchObject({ answer: "deny", reason: "other-tenant", eligibilityReads: 0, delegationReads: 2 });
    expect(answer.notChecked).toContain(
      `${changes.registrationAssignments[0]?.id}: AcrPull is delegated to another tenant by Azure Lighthouse and is not counted`,
    );
  });

  test.for([
    ["the registry's resource group", delegated(resourceGroup), true],
    ["another resource group", delegated(`${subscription}/resourceGroups/aks-rg`), false],
    ["another subscription", delegated(`/subscriptions/${pullIds.foreignSubscriptionId}`), false],
    ["somebody else", delegated(subscription, guid("somebody else")), false],
    ["it, as Reader", delegated(subscription, kubelet(cluster), builtInRole.reader), true],
    ["it, but to delete", delegated(subscription, kubelet(cluster), builtInRole.acrDelete), false],
  ] as const)("is named or not: to %s", async ([, changes, named]) => {
    const answer = await ask(world(changes), "my-aks-cluster");
    expect(answer).toMatchObject({ answer: "deny", reason: "other-tenant" });
    expect(/Azure Lighthouse/.test(answer.notChecked.join())).toBe(named);
  });

  test("is not asked for where the identity is of the registry's own tenant, which nothing is delegated to", async () => {
    const answer = await ask(
      pullWorld({ resources: [pullRegistry("contosoprod"), ...pullApp()], ...delegated(subscription, orders) }),
      "orders",
    );
    expect(answer).toMatchObject({ answer: "deny", reason: "no-grant", eligibilityReads: 1, delegationReads: 0 });
  });
});

describe("of an identity of another tenant", () => {
  const cluster = pullCluster({
    ...{ subscriptionId: pullIds.foreignSubscriptionId, tenantId: pullIds.foreignTenantId },
    tags: { "acraudit-registries": "contosoprod" },
  });
  const world = pullWorld({
    subscriptions: [foreignSubscription],
    resources: [pullRegistry("contosoprod"), ...cluster.resources],
  });
  const { definition, assignment } = delegationBodies({
    ...{ scope: subscription, managedByTenantId: pullIds.foreignTenantId },
    authorizations: [{ principalId: kubelet(cluster), role: builtInRole.acrPull }],
  });
  const delegating = { ...world, registrationDefinitions: [definition], registrationAssignments: [assignment] };

  test.for([
    ["a refusal", { kind: "forbidden" }, /^delegations by Azure Lighthouse: list .* answered 403/],
    [
      "an answer of another shape",
      { kind: "dropProperty", path: "properties.registrationDefinition" },
      /^delegations by Azure Lighthouse: list delegations/,
    ],
  ] as const)("%s of the delegations is said, and the answer stays", async ([, fault, said]) => {
    const azure = await azureWith(delegating);
    using _ = azure.fault({ api: "arm", path: delegation }, fault);
    const answer = await answerCanPull(auditor(), { from: "my-aks-cluster", registry: "contosoprod" });
    expect(answer).toMatchObject({ answer: "deny", reason: "other-tenant", gaps: [] });
    expect(answer.notChecked).toContainEqual(expect.stringMatching(said));
  });
});

describe("of a service principal of the registry's tenant only what it is eligible for is asked", () => {
  const { principal, application, grant } = clusterPrincipal("2030-01-01T00:00:00Z");
  const cluster = pullCluster({ servicePrincipalClientId: pullIds.clusterApplication });
  const world = (changes: Changes = {}) =>
    pullWorld({
      resources: [pullRegistry("contosoprod"), ...cluster.resources],
      graph: { applications: [application], servicePrincipals: [principal], groups: [] },
      roleEligibilityScheduleInstances: [
        eligibleAssignmentBody({ scope: pullIds.registry, role: builtInRole.acrPush, principalId: principal.id }),
      ],
      ...changes,
    });

  test("it is named", async () => {
    const answer = await ask(world(), "my-aks-cluster");
    expect(answer).toMatchObject({ answer: "deny", eligibilityReads: 1, delegationReads: 0 });
    expect(answer.notChecked.join("\n")).toMatch(/AcrPush is eligible/);
  });

  test("it is not asked of one that can pull", async () => {
    const answer = await ask(world({ roleAssignments: [grant] }), "my-aks-cluster");
    expect(answer).toMatchObject({ answer: "allow", eligibilityReads: 0, delegationReads: 0 });
  });

  test("a grant that the registry's mode ignores is no grant", async () => {
    const ignored = roleAssignmentBody({
      ...{ scope: pullIds.registry, role: builtInRole.repositoryReader, principalId: principal.id },
    });
    const answer = await ask(world({ roleAssignments: [ignored] }), "my-aks-cluster");
    expect(answer).toMatchObject({ answer: "deny", reason: "legacy-ignores-role", eligibilityReads: 1 });
    expect(answer.notChecked.join("\n")).toMatch(/AcrPush is eligible/);
  });

  test.for([
    ["a refusal", { kind: "forbidden" }, /^eligible assignments: list .* answered 403/],
    [
      "an answer of another shape",
      { kind: "dropProperty", path: "properties.scope" },
      /^eligible assignments: list eligible/,
    ],
  ] as const)("%s is said, and the answer stays", async ([, fault, said]) => {
    const azure = await azureWith(world());
    using _ = azure.fault({ api: "arm", path: eligibility }, fault);
    const answer = await answerCanPull(auditor(), { from: "my-aks-cluster", registry: "contosoprod" });
    expect(answer).toMatchObject({ answer: "deny", gaps: [] });
    expect(answer.notChecked).toContainEqual(expect.stringMatching(said));
  });
});
