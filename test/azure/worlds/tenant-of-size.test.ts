import { expect, test } from "vitest";
import { World } from "../world.ts";
import { tenantOfSize } from "./tenant-of-size.ts";

test("is a world of the asked size, with no id twice", () => {
  const world = World.parse(tenantOfSize({ subscriptions: 20 }));
  const assignments = world.roleAssignments.map(({ id }) => id);

  expect(world.subscriptions).toHaveLength(20);
  expect(ofType(world, "Microsoft.ContainerRegistry/registries")).toHaveLength(100);
  expect(ofType(world, "Microsoft.ContainerService/managedClusters")).toHaveLength(20);
  expect(world.graph.servicePrincipals).toHaveLength(40);
  expect(world.graph.groups).toHaveLength(2);
  expect(new Set(assignments).size).toBe(2000);
});

test("leaves one cluster in twenty without a grant", () => {
  const { roleAssignments, graph } = tenantOfSize({ subscriptions: 20 });
  const granted = JSON.stringify(roleAssignments);
  const kubelets = graph.servicePrincipals.filter(
    ({ servicePrincipalType }) => servicePrincipalType === "ManagedIdentity",
  );

  expect(kubelets).toHaveLength(20);
  expect(kubelets.filter(({ id }) => !granted.includes(id))).toHaveLength(1);
});

test("is the same for the same seed and another for another", () => {
  const size = { subscriptions: 1, assignments: 5 };
  expect(tenantOfSize(size)).toEqual(tenantOfSize(size));
  expect(tenantOfSize({ ...size, seed: "other" }).tenantId).not.toBe(tenantOfSize(size).tenantId);
});

function ofType(world: World, type: string) {
  return world.resources.filter((resource) => resource.type.toLowerCase() === type.toLowerCase());
}
