import { expect, test } from "vitest";
import { answerCanPull } from "../../src/app/can-pull.ts";
import { auditor, azureWith } from "../audit.ts";
import { resourceGraphOf } from "../azure/resource-graph-fault.ts";
import { builtInRole } from "../azure/worlds/built-in-role.ts";
import { pullCluster, pullGrant, pullIds, pullRegistry, pullWorld } from "../azure/worlds/pull-world.ts";
import { roleAssignmentBody } from "../azure/worlds/role-assignment.ts";

const cluster = pullCluster();
const { principalId } = cluster.body.identity as { principalId: string };
const misplaced = roleAssignmentBody({ scope: pullIds.registry, role: builtInRole.acrPull, principalId });
const resources = [pullRegistry("contosoprod"), pullRegistry("contosodev"), ...cluster.resources];
const asked = { from: "my-aks-cluster", registry: "contosoprod" };
const down = resourceGraphOf("roleassignments", { kind: "serverError", status: 503 });

test.each([
  ["the grant is on the control plane", misplaced, "granted-to-other-identity"],
  ["the grant is on another registry", pullGrant(cluster.kubeletId, pullIds.devRegistry), "not-its-registry"],
])("%s: said where the list of grants can be read, and else not denied", async (_, grant, reason) => {
  const azure = await azureWith(pullWorld({ resources, roleAssignments: [grant] }));
  expect(await answerCanPull(auditor(), asked)).toMatchObject({ answer: "deny", reason });

  using _fault = azure.fault({ api: "resourceGraph" }, down);
  const answer = await answerCanPull(auditor(), asked);
  expect(answer).toMatchObject({ answer: "deny", reason: "no-grant", contradicting: [] });
  expect(answer.notChecked).toContainEqual(
    expect.stringMatching(/^what else its identities were granted: query role assignments: answered 503/),
  );
});

test("what the pulling identity holds itself is asked of Resource Manager all the same", async () => {
  const azure = await azureWith(pullWorld({ resources, roleAssignments: [pullGrant(cluster.kubeletId)] }));
  using _fault = azure.fault({ api: "resourceGraph" }, down);
  const answer = await answerCanPull(auditor(), asked);
  expect(answer).toMatchObject({ answer: "allow", reason: "allowed" });
  expect(answer.notChecked.join("\n")).not.toMatch(/what else/);
});
