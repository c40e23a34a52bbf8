import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Evaluation } from "../../src/core/evaluate.ts";
import { auditor, azureWith, type Swept, someday, sweep } from "../audit.ts";
import type { Fault, FaultMatch } from "../azure/faults.ts";
import type { SimulatedAzure } from "../azure/simulate-azure.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { ids } from "../azure/worlds/ids.ts";
import { sampled } from "../sampled.ts";

/** Every kind of request that a sweep makes. */
const routes = {
  "the list of subscriptions": { api: "arm", path: /^\/subscriptions$/ },
  "any Resource Graph query": { api: "resourceGraph" },
  "registries of a subscription": { api: "arm", path: /\/registries(\/\w+)?$/i },
  "what a registry alone lists": { api: "arm", path: /\/(?:cacheRules|credentialSets|connectedRegistries)$/i },
  "deny assignments": { api: "arm", path: /\/denyAssignments$/i },
  "role assignments at a registry": { api: "arm", path: /\/roleAssignments$/i },
  "records of a private zone": { api: "arm", path: /\/privateDnsZones\/[^/]+\/ALL$/i },
  "role definitions": { api: "arm", path: /\/roleDefinitions/i },
  "service principals": { api: "graph", path: /\/servicePrincipals$/i },
  applications: { api: "graph", path: /\/applications$/i },
  "federated credentials": { api: "graph", path: /\/federatedIdentityCredentials$/i },
  "members of a group": { api: "graph", path: /\/transitiveMembers/i },
} as const satisfies Record<string, FaultMatch>;

/** Faults that stay, with what the user reads of them. */
const lasting: Record<string, { fault: Fault; says: RegExp; reason: string }> = {
  "403": { fault: { kind: "forbidden" }, says: /answered 403/, reason: "forbidden" },
  "429 without Retry-After": { fault: { kind: "throttled" }, says: /answered 429/, reason: "throttled" },
  "429 with Retry-After": { fault: { kind: "throttled", retryAfter: 0 }, says: /answered 429/, reason: "throttled" },
  "500": { fault: { kind: "serverError", status: 500 }, says: /answered 500/, reason: "unreachable" },
  reset: { fault: { kind: "reset" }, says: /no answer/, reason: "unreachable" },
  "a truncated body": { fault: { kind: "truncated" }, says: /no answer|cut off|not what this API answers/, reason: "" },
  "HTML with 200": { fault: { kind: "html" }, says: /text\/html/, reason: "malformed" },
};

/** One subscription shows every kind of request, and is a third of the work. */
const scope = { ACRAUDIT_SUBSCRIPTIONS: /subscriptions\/([^/]+)/.exec(ids.registries.billing)?.[1] ?? "" };

let azure: SimulatedAzure;
/** One auditor for all: a sweep that meets a fault must leave what is stored as it was. */
const runtime = auditorOf();
let before: Swept;

beforeAll(async () => {
  azure = await azureWith(defaultWorld(someday));
  before = await sweep(await runtime);
});

beforeEach(async () => {
  azure = await azureWith(defaultWorld(someday));
});

afterEach(() => {
  azure.assertClean();
});

describe.each(sampled(Object.entries(routes)))("when %s answers with", (_, match: FaultMatch) => {
  test.each(sampled(Object.entries(lasting)))(
    "%s, it is said and nothing passes or resolves by it",
    async (_name, { fault, says, reason }) => {
      using _fault = azure.fault(match, fault);

      const after = await outcome(async () => sweep(await runtime));

      if ("message" in after) {
        expect(after.message).toMatch(says); // not even the subscriptions could be listed
        return;
      }
      expect(worse(before.evaluations, after.evaluations)).toEqual([]);
      expect(after.report.resolved).toEqual([]);
      const gaps = after.report.coverage.map(({ gap }) => gap);
      expect(gaps).toContainEqual(expect.objectContaining({ detail: expect.stringMatching(says) }));
      if (reason !== "") expect(gaps.map((gap) => gap.reason)).toContain(reason);
    },
  );

  test("something that passes, nothing is lost", async () => {
    for (const fault of [
      { kind: "reset" },
      { kind: "throttled", retryAfter: 0 },
      { kind: "serverError", status: 503 },
      { kind: "throttled" },
    ] as const) {
      azure.fault({ ...match, times: 1 }, fault);
    }
    using _slow = azure.fault(match, { kind: "slow", milliseconds: 20 });
    const after = await sweep(auditorThatWaits());

    expect(after.evaluations.map(short)).toEqual(before.evaluations.map(short));
  });
});

describe.each([
  ["registries of a subscription", routes["registries of a subscription"]],
  ["deny assignments", routes["deny assignments"]],
  ["service principals", routes["service principals"]],
  ["the list of subscriptions", routes["the list of subscriptions"]],
] as const)("when the next page of %s", (_, match) => {
  test("is on another host, no token goes there and it is said", async () => {
    using _fault = azure.fault(match, { kind: "foreignNextLink", host: "evil.example" });
    const after = await outcome(async () => sweep(await runtime));

    const said = "message" in after ? after.message : JSON.stringify(after.report.coverage);
    expect(said).toContain("points to another host");
    expect(azure.requests.filter(({ host }) => host.includes("evil"))).toEqual([]);
  });

  test("is the page itself, the sweep ends and it is said", async () => {
    using _fault = azure.fault(match, { kind: "selfNextLink" });
    const after = await outcome(async () => sweep(await runtime));

    const said = "message" in after ? after.message : JSON.stringify(after.report.coverage);
    expect(said).toContain("was read before");
  });

  test("is empty, nothing changes", async () => {
    using _fault = azure.fault(match, { kind: "emptyLastPage" });
    const after = await sweep(await runtime);
    expect(after.evaluations.map(short)).toEqual(before.evaluations.map(short));
  });
});

test("ids and words in another case make no difference", async () => {
  using _fault = azure.fault({}, { kind: "changedCase" });
  const after = await sweep(await runtime);

  expect(after.evaluations.map(short).sort()).toEqual(before.evaluations.map(short).sort());
  expect(after.report.resolved).toEqual([]);
  expect(after.report.summary.opened).toBe(0);
});

test("Resource Graph that loses rows without a token is not taken for a small tenant", async () => {
  using _fault = azure.fault({ api: "resourceGraph" }, { kind: "resultTruncated" });
  const after = await outcome(async () => sweep(await runtime));
  if ("message" in after) expect(after.message).toContain("cut the rows off");
  else expect(worse(before.evaluations, after.evaluations)).toEqual([]);
});

test("a registry without adminUserEnabled is unknown, never off", async () => {
  using _fault = azure.fault(
    { api: "arm", path: /\/registries$/i },
    { kind: "dropProperty", path: "properties.adminUserEnabled" },
  );
  const { evaluations } = await sweep(await runtime);
  const outcomes = evaluations.filter(({ ruleId }) => ruleId === "admin-user-enabled").map(({ outcome }) => outcome);
  expect(new Set(outcomes)).toEqual(new Set(["unknown"]));
});

test("registries in a shape that the official client stumbles over are a gap, not a crash", async () => {
  using _fault = azure.fault({ api: "arm", path: /\/registries(\/\w+)?$/i }, { kind: "dropProperty", path: "sku" });
  const after = await sweep(await runtime);
  expect(worse(before.evaluations, after.evaluations)).toEqual([]);
  expect(after.report.resolved).toEqual([]);
  expect(after.report.coverage).toContainEqual(
    expect.objectContaining({ gap: expect.objectContaining({ fact: "registry", reason: "malformed" }) }),
  );
});

test("a registry that does not say its mode is not taken for legacy", async () => {
  using _fault = azure.fault(
    { api: "arm", path: /\/registries$/i },
    { kind: "dropProperty", path: "properties.roleAssignmentMode" },
  );
  const { evaluations } = await sweep(await runtime);
  const customs = evaluations.find(
    ({ ruleId, subject }) => ruleId === "kubelet-cannot-pull" && subject.name === "aks-customs",
  );
  expect(customs).toMatchObject({ outcome: "unknown", gaps: [{ fact: "roleAssignmentMode" }] });
});

async function outcome(run: () => Promise<Swept>): Promise<Swept | { message: string }> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Error && error.name === "AzureError") return { message: error.message };
    throw error;
  }
}

/** Evaluations that a fault turned into something else than what they were or `unknown`. */
function worse(before: readonly Evaluation[], after: readonly Evaluation[]): readonly string[] {
  const then = new Map(
    before.map((evaluation) => [`${evaluation.ruleId} ${evaluation.subject.id.toLowerCase()}`, evaluation.outcome]),
  );
  return after
    .filter(
      ({ ruleId, subject, outcome }) =>
        outcome !== "unknown" && outcome !== then.get(`${ruleId} ${subject.id.toLowerCase()}`),
    )
    .map(short);
}

function short({ ruleId, subject, outcome }: Evaluation): string {
  return `${ruleId} ${subject.name.toLowerCase()} ${outcome}`;
}

async function auditorOf() {
  await azureWith(defaultWorld(someday)); // the environment comes from it
  return auditor(scope);
}

function auditorThatWaits() {
  return auditor(scope, someday, { maxRetries: 3, retryDelayInMs: 1, throttledRetries: 3, throttledDelayInMs: 1 });
}
