import { expect, test } from "vitest";
import { answerCanPull } from "../../src/app/can-pull.ts";
import { auditor, azureWith, sweep } from "../audit.ts";
import { containerGroupBody } from "../azure/worlds/container-group.ts";
import { pullIds, pullRegistry, pullWorld } from "../azure/worlds/pull-world.ts";
import { repositoryTokenBody } from "../azure/worlds/repository-token.ts";
import { scopeMapBody } from "../azure/worlds/scope-map.ts";

const registryId = pullIds.registry;
const password = (expiry?: string) => ({
  name: "password1" as const,
  creationTime: "2026-01-05T08:00:00Z",
  ...(expiry !== undefined && { expiry }),
});

/** A container group that logs in as `depot`, and that token. */
function world(
  changes: Partial<Parameters<typeof repositoryTokenBody>[0]>,
  { name = "depot", actions = ["repositories/shop/*/content/read"], images = ["shop/batch:3"] } = {},
) {
  const group = (called: string) =>
    containerGroupBody({
      ...{ subscriptionId: pullIds.subscriptionId, resourceGroup: "rg-apps", name: called },
      images: images.map((image) => `contosoprod.azurecr.io/${image}`),
      credentials: [{ server: "contosoprod.azurecr.io", username: "depot" }],
    });
  const token = repositoryTokenBody({ registryId, name, scopeMap: "depots", passwords: [password()], ...changes });
  return pullWorld({
    resources: [pullRegistry("contosoprod"), group("batch"), group("batch-night")],
    children: {
      [`${registryId}/tokens`]: [token],
      [`${registryId}/scopeMaps`]: [scopeMapBody({ registryId, name: "depots", actions })],
    },
  });
}

const yesterday = "2026-11-20T09:00:00Z";
const tomorrow = "2026-11-22T09:00:00Z";

test.for([
  ["lasts for ever", world({}), "token-allowed"],
  ["lasts until tomorrow", world({ passwords: [password(tomorrow)] }), "token-allowed"],
  ["ended yesterday", world({ passwords: [password(yesterday)] }), "token-expired"],
  ["has no password", world({ passwords: [] }), "token-expired"],
  ["is disabled", world({ status: "disabled" }), "token-disabled"],
  ["has another name", world({}, { name: "depot2" }), "token-missing"],
  [
    "may pull other repositories",
    world({}, { actions: ["repositories/tools/*/content/read"] }),
    "scope-map-excludes-repository",
  ],
  [
    "may only list tags",
    world({}, { actions: ["repositories/shop/*/metadata/read"] }),
    "scope-map-excludes-repository",
  ],
  [
    "may pull one of two images",
    world({}, { actions: ["repositories/shop/batch/content/read"], images: ["shop/batch:3", "shop/side:1"] }),
    "scope-map-excludes-repository",
  ],
] as const)("a workload whose token %s", async ([, given, reason]) => {
  await azureWith(given);
  const pull = await answerCanPull(auditor(), { from: "batch", registry: "contosoprod" });
  expect(pull).toMatchObject({ reason, answer: reason === "token-allowed" ? "allow" : "deny" });
  expect(pull.identity).toEqual({ kind: "repositoryToken", userName: "depot" });
  expect(JSON.stringify(pull.remedy ?? {})).not.toMatch(/<\w+>/);
  if (pull.answer === "allow") {
    expect(pull.notChecked).toContain("whether the password that the workload has is one that is valid");
  } else {
    expect(pull.remedy?.cli).toMatch(/^az acr (?:token|scope-map)/);
    expect(pull.evidence.ruleIds).toEqual(["puller-token-refused"]);
    const { report } = await sweep(auditor());
    const found = report.findings.find(
      ({ ruleId, subject }) => ruleId === "puller-token-refused" && subject.name === "batch",
    );
    expect(found?.remediation).toEqual({ text: pull.remedy?.text, cli: pull.remedy?.cli });
  }
});

test("a sweep reads a token once for all that log in with it, and says of each that it is refused", async () => {
  const azure = await azureWith(world({ passwords: [password(yesterday)] }));
  const { report } = await sweep(auditor());
  const found = report.findings.filter(({ ruleId }) => ruleId === "puller-token-refused");
  expect(found.map(({ subject, evidence }) => [subject.name, evidence.expiredOn]).sort()).toEqual([
    ["batch", "2026-11-20T09:00:00.000Z"],
    ["batch-night", "2026-11-20T09:00:00.000Z"],
  ]);
  const reads = azure.requests.filter(({ path }) => /\/(?:tokens|scopeMaps)\//.test(path));
  expect(reads).toHaveLength(2);
});
