import { expect, test } from "vitest";
import { World } from "../world.ts";
import { changedWorld } from "./changed-world.ts";
import { defaultWorld } from "./default-world.ts";
import { ids } from "./ids.ts";

const now = new Date("2026-03-02T06:00:00Z");
const before = defaultWorld(now);
const after = changedWorld(before, now);

test("differs in three things", () => {
  const { resources, roleAssignments, ...rest } = before;
  const { resources: resourcesAfter, roleAssignments: assignmentsAfter, ...restAfter } = World.parse(after);
  const billing = (world: World) => world.resources.find(({ id }) => id === ids.registries.billing);
  const assigned = roleAssignments.map(({ id }) => id);
  const assignedAfter = assignmentsAfter.map(({ id }) => id);

  expect(restAfter).toEqual(rest);
  expect(
    resourcesAfter.filter((resource, index) => JSON.stringify(resource) !== JSON.stringify(resources[index])),
  ).toEqual([billing(after)]);
  expect(billing(before)).toMatchObject({
    properties: { adminUserEnabled: true, loginServer: "nfbilling.azurecr.io" },
  });
  expect(billing(after)).toMatchObject({
    properties: { adminUserEnabled: false, loginServer: "nfbilling.azurecr.io" },
  });
  expect(assigned.filter((id) => !assignedAfter.includes(id))).toEqual([
    expect.stringContaining(`${ids.registries.tracking}/providers/Microsoft.Authorization/roleAssignments/`),
  ]);
  expect(assignedAfter.filter((id) => !assigned.includes(id))).toEqual([
    expect.stringContaining(`${ids.registries.dispatch}/providers/Microsoft.Authorization/roleAssignments/`),
  ]);
});

test("grants early enough to have taken effect", () => {
  expect(after.roleAssignments.at(-1)).toMatchObject({
    properties: { principalId: ids.kubeletPrincipals.dispatch, createdOn: "2026-03-01T06:00:00.3108842Z" },
  });
});

test("leaves the world it was given as it was", () => {
  expect(before).toEqual(defaultWorld(now));
});
