import { expect, test } from "vitest";
import { auditor, azureWith, someday, sweep } from "../audit.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { denyAssignmentBody } from "../azure/worlds/deny-assignment.ts";
import { ids } from "../azure/worlds/ids.ts";

const scope = ids.registries.tracking;
const pull = "Microsoft.ContainerRegistry/registries/pull/read";
const kubelet = { id: ids.kubeletPrincipals.tracking, type: "ServicePrincipal" };

type Options = Partial<Parameters<typeof denyAssignmentBody>[0]>;

/** What a sweep says of the tracking cluster's pulls where a deny assignment is made. */
async function judged(options: Options, more: object = {}, block: object = {}) {
  const body = denyAssignmentBody({ scope, denyAssignmentName: "locked", actions: [pull], ...options });
  const permissions = body.properties.permissions.map((one) => ({ ...one, ...block }));
  const world = defaultWorld(someday);
  await azureWith({
    ...world,
    denyAssignments: [...world.denyAssignments, { ...body, properties: { ...body.properties, permissions, ...more } }],
  });
  const { evaluations } = await sweep(auditor({ ACRAUDIT_SUBSCRIPTIONS: ids.subscriptions.appsProd }));
  const evaluation = evaluations.find(
    ({ ruleId, subject }) => ruleId === "kubelet-cannot-pull" && subject.name === "aks-tracking",
  );
  if (!evaluation) throw new Error("the cluster was not judged");
  return { outcome: evaluation.outcome, message: evaluation.message };
}

const never = "ActionMatches{'no/such/action'}";

test.for<readonly [string, Options, object, object, string]>([
  ["denies everyone", {}, {}, {}, "fail"],
  ["denies the kubelet identity", { principals: [kubelet] }, {}, {}, "fail"],
  ["leaves the kubelet identity out", { excludePrincipals: [kubelet] }, {}, {}, "pass"],
  ["only logs", {}, { denyAssignmentEffect: "Audit" }, {}, "pass"],
  ["says that it blocks", {}, { denyAssignmentEffect: "Enforced" }, {}, "fail"],
  ["has a condition that never holds", {}, { condition: never, conditionVersion: "2.0" }, {}, "pass"],
  ["has such a condition on its permissions", {}, {}, { condition: never, conditionVersion: "2.0" }, "pass"],
  ["has a condition that always holds", {}, { condition: `!(${never})` }, {}, "fail"],
  ["has two conditions, of which one never holds", {}, { condition: `!(${never})` }, { condition: never }, "pass"],
  ["has a text for a condition", {}, { condition: `${never}) OR (${never}` }, {}, "unknown"],
  ["has a condition beside such a text", {}, { condition: never }, { condition: `${never}) OR (${never}` }, "unknown"],
  ["has a condition of another version", {}, { condition: never, conditionVersion: "9" }, {}, "unknown"],
  [
    "is above and does not reach below",
    { scope: `/subscriptions/${ids.subscriptions.appsProd}`, doNotApplyToChildScopes: true },
    {},
    {},
    "pass",
  ],
  ["names a group that it is not in", { principals: [{ id: ids.groups.imagePullers, type: "Group" }] }, {}, {}, "pass"],
  [
    "leaves out a group that it is not in",
    { excludePrincipals: [{ id: ids.groups.imagePullers, type: "Group" }] },
    {},
    {},
    "fail",
  ],
  [
    "names a group that nobody knows",
    { principals: [{ id: "99999999-0000-4000-8000-000000000009", type: "Group" }] },
    {},
    {},
    "unknown",
  ],
])("a cluster whose pull somebody denies: it %s", async ([, options, more, block, outcome]) => {
  expect((await judged(options, more, block)).outcome).toBe(outcome);
});

test("a cluster that is denied is told by which assignment", async () => {
  expect((await judged({})).message).toContain("the deny assignment locked takes the pull away");
});

test("a cloud without the newest API version is asked in the one before it", async () => {
  const azure = await azureWith(defaultWorld(someday));
  const path = /\/denyAssignments$/i;
  using _fault = azure.fault({ api: "arm", path, times: 1 }, { kind: "badApiVersion" });
  const { evaluations } = await sweep(auditor({ ACRAUDIT_SUBSCRIPTIONS: ids.subscriptions.appsProd }));
  expect(evaluations.flatMap(({ gaps }) => gaps).filter(({ fact }) => fact === "denials")).toEqual([]);
  const versions = azure.requests.filter(({ path: one }) => path.test(one)).map(({ apiVersion }) => apiVersion);
  expect(versions.slice(0, 2)).toEqual(["2024-07-01-preview", "2022-04-01"]);
});
