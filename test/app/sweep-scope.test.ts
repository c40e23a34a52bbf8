import { expect, test } from "vitest";
import { auditor, azureWith, someday, sweep } from "../audit.ts";
import type { World } from "../azure/world.ts";
import { builtInRole } from "../azure/worlds/built-in-role.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { ids } from "../azure/worlds/ids.ts";
import { roleAssignmentBody } from "../azure/worlds/role-assignment.ts";
import { sharedAzurite } from "../azurite.ts";

/** A cluster without a tag, whose need of a registry in another subscription shows only by a grant that has no effect. */
const elsewhere = ids.registries.sandbox;
const own = ids.clusters.dispatch;

function worldWithGrantElsewhere(): World {
  const world = defaultWorld(someday);
  const grant = roleAssignmentBody({
    role: builtInRole.acrPull,
    principalId: ids.kubeletPrincipals.dispatch,
    scope: elsewhere,
  });
  return {
    ...world,
    resources: world.resources.map((resource) => (resource.id === own ? { ...resource, tags: {} } : resource)),
    roleAssignments: [...world.roleAssignments, grant],
  };
}

test("what a cluster needs outside of the sweep's scope stays open, and is resolved by the sweep that sees it gone", async () => {
  const world = worldWithGrantElsewhere();
  await azureWith(world);
  const storage = { AzureWebJobsStorage: (await sharedAzurite()).newAccount() };
  const first = await sweep(auditor(storage));
  const open = first.report.findings.filter(
    ({ ruleId, subject }) => ruleId === "kubelet-cannot-pull" && subject.id === own,
  );
  expect(open).toMatchObject([{ about: elsewhere.toLowerCase() }]);

  const subscription = /subscriptions\/([^/]+)/.exec(own)?.[1] ?? "";
  expect(elsewhere).not.toContain(subscription);
  const scoped = await sweep(auditor({ ...storage, ACRAUDIT_SUBSCRIPTIONS: subscription }));
  expect(scoped.report.resolved.filter(({ subject }) => subject.id === own)).toEqual([]);

  await azureWith({ ...world, roleAssignments: world.roleAssignments.slice(0, -1) });
  const whole = await sweep(auditor(storage));
  expect(whole.report.resolved).toContainEqual(
    expect.objectContaining({ ruleId: "kubelet-cannot-pull", about: elsewhere.toLowerCase() }),
  );
});
