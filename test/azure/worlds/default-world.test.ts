import { expect, test } from "vitest";
import { z } from "zod";
import { World } from "../world.ts";
import { builtInRole } from "./built-in-role.ts";
import { defaultWorld } from "./default-world.ts";
import { emptyWorld } from "./empty-world.ts";
import { ids } from "./ids.ts";

const now = new Date("2026-03-02T06:00:00Z");
const world = defaultWorld(now);

test("is the same for the same moment", () => {
  expect(defaultWorld(now)).toEqual(world);
});

test("holds 3 subscriptions under 2 management groups below the root", () => {
  const Group = z.looseObject({
    name: z.string(),
    properties: z.looseObject({
      details: z.looseObject({ parent: z.looseObject({ name: z.string() }).nullable() }),
      children: z.array(z.looseObject({ type: z.string(), name: z.string() })),
    }),
  });
  const groups = world.managementGroups.map((group) => Group.parse(group));
  const children = groups.flatMap(({ properties }) => properties.children);

  expect(world.subscriptions).toHaveLength(3);
  expect(groups.filter(({ properties }) => properties.details.parent === null).map(({ name }) => name)).toEqual([
    world.tenantId,
  ]);
  expect(groups.filter(({ properties }) => properties.details.parent?.name === world.tenantId)).toHaveLength(2);
  expect(children.filter(({ type }) => type === "/subscriptions").map(({ name }) => name)).toEqual(
    world.subscriptions.map(({ subscriptionId }) => subscriptionId),
  );
});

test("holds 14 registries over all SKUs and both role-assignment modes", () => {
  const Registry = z.looseObject({
    sku: z.looseObject({ name: z.string() }),
    properties: z.looseObject({ roleAssignmentMode: z.string(), networkRuleSet: z.unknown().optional() }),
  });
  const registries = ofType("Microsoft.ContainerRegistry/registries").map((body) => Registry.parse(body));

  expect(registries).toHaveLength(14);
  expect(new Set(registries.map(({ sku }) => sku.name))).toEqual(new Set(["Basic", "Standard", "Premium"]));
  expect(new Set(registries.map(({ properties }) => properties.roleAssignmentMode))).toEqual(
    new Set(["LegacyRegistryPermissions", "AbacRepositoryPermissions"]),
  );
  for (const { sku, properties } of registries) {
    expect(properties.networkRuleSet !== undefined, "only Premium has network rules").toBe(sku.name === "Premium");
  }
});

test("holds 8 clusters and 12 service principals that people made", () => {
  const clusters = ofType("Microsoft.ContainerService/managedClusters");
  const made = world.graph.servicePrincipals.filter(
    ({ servicePrincipalType }) => servicePrincipalType === "Application",
  );

  expect(clusters).toHaveLength(8);
  expect(made.map(({ id }) => id)).toEqual(Object.values(ids.servicePrincipals).map(({ id }) => id));
  expect(made).toHaveLength(12);
});

test("holds few workloads of other kinds, and what registries keep for themselves", () => {
  const kinds = world.resources
    .filter(({ id }) => Object.values<string>(ids.workloads).includes(id))
    .map(({ type }) => type.replace(/^Microsoft\./, ""));
  const parts = Object.entries(world.children).flatMap(([path, bodies]) => bodies.map(() => path.split("/").at(-1)));

  expect(kinds).toEqual([
    "App/containerApps",
    "App/containerApps",
    "Web/sites",
    "Web/sites/slots",
    "ContainerInstance/containerGroups",
    "MachineLearningServices/workspaces",
    "ContainerRegistry/registries/tasks",
  ]);
  expect(parts.filter((name) => /^c/.test(name ?? ""))).toEqual([
    "cacheRules",
    "credentialSets",
    "connectedRegistries",
  ]);
});

test("names everything by the ids that it exports", () => {
  const children = Object.values(world.children).flatMap((bodies) => bodies.map(({ id }) => id));
  const known = new Set([...world.resources.map(({ id }) => id), ...children]);
  const { registries, clusters, workloads, registryParts, identities, kubelets } = ids;
  const named = [registries, clusters, workloads, registryParts, identities, kubelets].flatMap((group) =>
    Object.values<string>(group),
  );
  expect(named.filter((id) => !known.has(id))).toEqual([]);
  expect(known.has(ids.workspace.id)).toBe(true);
  expect(world.managementGroups.map(({ id }) => id)).toEqual(Object.values(ids.managementGroups));
  expect(world.graph.groups.map(({ id }) => id).toSorted()).toEqual(Object.values(ids.groups).toSorted());
});

test("has no id twice", () => {
  const { applications, servicePrincipals, groups } = world.graph;
  const objects = [world.resources, world.roleAssignments, applications, servicePrincipals, groups].flat();
  expect(new Set(objects.map(({ id }) => id.toLowerCase())).size).toBe(objects.length);
});

test("keeps every id in a subscription that exists, and every child below a resource that exists", () => {
  const subscriptions = new Set(world.subscriptions.map(({ subscriptionId }) => subscriptionId));
  const inSubscription = (id: string) => subscriptions.has(/^\/subscriptions\/([^/]+)/.exec(id)?.[1] ?? "");
  const resources = world.resources.map(({ id }) => id);

  expect(resources.filter((id) => !inSubscription(id))).toEqual([]);
  expect(
    world.roleAssignments.map(({ id }) => id).filter((id) => id.startsWith("/subscriptions/") && !inSubscription(id)),
  ).toEqual([]);
  expect(Object.keys(world.children).filter((key) => !resources.some((id) => key.startsWith(`${id}/`)))).toEqual([]);
});

test("assigns only roles that exist, to principals that exist but for one orphan", () => {
  const Assignment = z.looseObject({
    properties: z.looseObject({ roleDefinitionId: z.string(), principalId: z.string(), scope: z.string() }),
  });
  const assignments = world.roleAssignments.map((assignment) => Assignment.parse(assignment).properties);
  const roles = new Set([...Object.values<string>(builtInRole), ...world.roleDefinitions.map(({ name }) => name)]);
  const principals = new Set([
    ...world.graph.servicePrincipals.map(({ id }) => id),
    ...world.graph.groups.map(({ id }) => id),
    // Worlds hold no users; they are known as members of groups.
    ...world.graph.groups
      .flatMap(({ members }) => z.array(z.looseObject({ id: z.string() })).parse(members))
      .map(({ id }) => id),
  ]);

  expect(assignments.filter(({ roleDefinitionId }) => !roles.has(roleDefinitionId.split("/").at(-1) ?? ""))).toEqual(
    [],
  );
  expect(assignments.map(({ principalId }) => principalId).filter((id) => !principals.has(id))).toEqual([
    ids.deletedPrincipal,
  ]);
});

test("gives each service principal a grant, and an application but to the partner's", () => {
  const granted = new Set(
    world.roleAssignments.map(
      ({ properties }) => z.looseObject({ principalId: z.string() }).parse(properties).principalId,
    ),
  );
  const applications = new Set(world.graph.applications.map(({ appId }) => appId));
  const principals = Object.values(ids.servicePrincipals);

  expect(principals.filter(({ id }) => !granted.has(id))).toEqual([]);
  expect(principals.filter(({ appId }) => !applications.has(appId))).toEqual([ids.servicePrincipals.partnerCarrier]);
});

test("never holds a secret's text", () => {
  expect(JSON.stringify(world)).not.toMatch(/"secretText":"/);
});

test("an empty world is a world with one subscription", () => {
  const empty = emptyWorld();
  expect(World.parse(empty)).toEqual(empty);
  expect(empty.subscriptions).toHaveLength(1);
  expect(empty.resources).toEqual([]);
});

function ofType(type: string) {
  return world.resources.filter((resource) => resource.type.toLowerCase() === type.toLowerCase());
}
