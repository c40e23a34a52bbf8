import { expect, test } from "vitest";
import { answerCanPull } from "../../src/app/can-pull.ts";
import { UnclearQuestionError } from "../../src/app/unclear-question.ts";
import { auditor, azureWith, sweep } from "../audit.ts";
import type { AzureRequest } from "../azure/exchange.ts";
import type { FaultMatch, FaultOrChoice } from "../azure/faults.ts";
import { cacheRuleBody, credentialSetBody } from "../azure/worlds/artifact-cache.ts";
import { connectedRegistryBody } from "../azure/worlds/connected-registry.ts";
import { pullIds, pullRegistry, pullWorld } from "../azure/worlds/pull-world.ts";
import { repositoryTokenBody } from "../azure/worlds/repository-token.ts";
import { scopeMapBody } from "../azure/worlds/scope-map.ts";

const registryId = pullIds.registry;
const principalId = "7d2f2f4e-6c9c-4f5e-9a39-2f1f5a3d9d10";
const refused = { errorCode: "UNAUTHORIZED", errorMessage: "the upstream refuses user and password" };
const set = (name: string, loginServer: string, error?: typeof refused) =>
  credentialSetBody({ registryId, name, loginServer, principalId, ...(error && { error }) });
const rule = (name: string, upstream: string, credentialSet?: string) =>
  cacheRuleBody({ registryId, name, upstream, ...(credentialSet !== undefined && { credentialSet }) });
const token = (name: string, expiry?: string) =>
  repositoryTokenBody({
    ...{ registryId, name, scopeMap: "sync" },
    passwords: [{ name: "password1", creationTime: "2026-01-05T08:00:00Z", ...(expiry !== undefined && { expiry }) }],
  });

const edge = (name: string, more: { syncToken?: string; parentId?: string; active?: boolean } = {}) =>
  connectedRegistryBody({ registryId, name, syncToken: "sync", ...more });

/** A registry that caches and is synchronized with, in front of another one that it caches from. */
function world(
  changes: Readonly<Record<string, readonly { readonly name: string }[]>> = {},
  sku: "Premium" | "Standard" = "Premium",
) {
  const children = {
    cacheRules: [
      rule("hub", "docker.io/library/*", "hub"),
      rule("from-dev", "contosodev.azurecr.io/shop/*", "dev"),
      rule("open", "contosodev.azurecr.io/tools/cli"),
      rule("far", "fabrikam.azurecr.io/app"),
    ],
    credentialSets: [set("hub", "docker.io", refused), set("dev", "contosodev.azurecr.io", refused)],
    connectedRegistries: [
      edge("plant"),
      edge("old", { syncToken: "ended" }),
      edge("behind", { parentId: `${registryId}/connectedRegistries/plant` }),
      edge("boxed", { active: false }),
    ],
    tokens: [token("sync"), token("ended", "2026-10-01T00:00:00Z")],
    scopeMaps: [
      scopeMapBody({
        ...{ registryId, name: "sync" },
        actions: ["repositories/shop/orders/content/read", "gateway/plant/config/read"],
      }),
    ],
    ...changes,
  };
  return pullWorld({
    resources: [pullRegistry("contosoprod", { sku }), pullRegistry("contosodev")],
    children: Object.fromEntries(Object.entries(children).map(([type, list]) => [`${registryId}/${type}`, [...list]])),
  });
}

const child = (path: string) => `${registryId}/${path}`;

test.for([
  ["cacheRules/from-dev", "contosodev", { answer: "deny", reason: "credential-set-unhealthy", learned: ["cacheRule"] }],
  ["cacheRules/open", "contosodev", { answer: "deny", reason: "no-credential" }],
  ["connectedRegistries/plant", "contosoprod", { answer: "allow", reason: "token-allowed", learned: ["sync"] }],
  ["connectedRegistries/old", "contosoprod", { answer: "deny", reason: "token-expired" }],
] as const)("%s and %s", async ([path, registry, answer]) => {
  await azureWith(world());
  expect(await answerCanPull(auditor(), { from: child(path), registry })).toMatchObject(answer);
});

test("a healthy credential set is a login that nobody can look into", async () => {
  await azureWith(world({ credentialSets: [set("dev", "contosodev.azurecr.io")] }));
  const asked = { from: child("cacheRules/from-dev"), registry: "contosodev" };
  expect(await answerCanPull(auditor(), asked)).toMatchObject({
    answer: "unknown",
    reason: "password-not-visible",
    evidence: { facts: { credentialSet: "dev", vaultReader: principalId, vaults: ["kv-dev.vault.azure.net"] } },
  });
});

test("a connected registry that nobody has installed could, and pulls nothing yet", async () => {
  await azureWith(world());
  const asked = { from: child("connectedRegistries/boxed"), registry: "contosoprod" };
  const answer = await answerCanPull(auditor(), asked);
  expect(answer).toMatchObject({ answer: "allow", reason: "token-allowed" });
  expect(answer.notChecked.join()).toMatch(/nobody has installed it/);
  const other = await answerCanPull(auditor(), { ...asked, from: child("connectedRegistries/plant") });
  expect(other.notChecked.join()).not.toMatch(/installed/);
});

test("a cache rule for all of an upstream is asked about it, and about no repository", async () => {
  await azureWith(world({ cacheRules: [rule("all", "contosodev.azurecr.io/*")] }));
  expect(await answerCanPull(auditor(), { from: child("cacheRules/all"), registry: "contosodev" })).toMatchObject({
    answer: "deny",
    reason: "no-credential",
    repositories: [],
  });
});

test("a token that is called like its registry is a token, and not the admin user", async () => {
  const connectedRegistries = [edge("plant", { syncToken: "contosoprod" })];
  await azureWith(world({ connectedRegistries, tokens: [token("contosoprod")] }));
  const asked = { from: child("connectedRegistries/plant"), registry: "contosoprod" };
  expect(await answerCanPull(auditor(), asked)).toMatchObject({ answer: "allow", reason: "token-allowed" });
});

test("a connected registry whose token has no name is malformed, and no token is taken for missing", async () => {
  await azureWith(world({ connectedRegistries: [edge("plant", { syncToken: "" })] }));
  const asked = { from: child("connectedRegistries/plant"), registry: "contosoprod" };
  expect(await answerCanPull(auditor(), asked)).toMatchObject({
    answer: "unknown",
    reason: "identity-not-known",
    gaps: [{ reason: "malformed", detail: expect.stringMatching(/^list connected registries/) }],
  });
});

test("a cache rule that is not there is said to be so", async () => {
  await azureWith(world());
  const asked = { from: child("cacheRules/none"), registry: "contosodev" };
  await expect(answerCanPull(auditor(), asked)).rejects.toThrow(UnclearQuestionError);
});

test.for([
  ["cacheRules/open", "contosodev", "cacheRules", { answer: "unknown", reason: "identity-not-known" }],
  ["cacheRules/open", "contosodev", "connectedRegistries", { answer: "deny", reason: "no-credential" }],
  ["connectedRegistries/plant", "contosoprod", "connectedRegistries", { answer: "unknown" }],
  ["connectedRegistries/plant", "contosoprod", "cacheRules", { answer: "allow", reason: "token-allowed" }],
] as const)("%s and %s where %s may not be listed", async ([path, registry, list, answer]) => {
  const azure = await azureWith(world());
  using _fault = azure.fault({ api: "arm", path: new RegExp(`/${list}$`, "i") }, { kind: "forbidden" });
  const pull = await answerCanPull(auditor(), { from: child(path), registry });
  expect(pull).toMatchObject(answer);
  expect(pull.gaps.map(({ reason }) => reason)).toEqual(pull.answer === "unknown" ? ["forbidden"] : []);
});

test("a cache rule that is not there is said to be so, whatever else may not be listed", async () => {
  const azure = await azureWith(world());
  using _fault = azure.fault({ api: "arm", path: /\/connectedRegistries$/i }, { kind: "forbidden" });
  const asked = { from: child("cacheRules/none"), registry: "contosodev" };
  await expect(answerCanPull(auditor(), asked)).rejects.toThrow(UnclearQuestionError);
});

test.for([
  ["cacheRules/hub", "contosoprod", /cache rule "contosoprod\/hub" pulls from docker\.io alone, not from contosoprod/],
  ["connectedRegistries/behind", "contosoprod", /"contosoprod\/behind" pulls from the connected registry plant alone/],
  ["connectedRegistries/plant", "contosodev", /"contosoprod\/plant" pulls from contosoprod alone, not from contosodev/],
] as const)("%s cannot be asked about %s, from which it never pulls", async ([path, registry, says]) => {
  await azureWith(world());
  await expect(answerCanPull(auditor(), { from: child(path), registry })).rejects.toThrow(says);
});

test("a cache rule of a registry that is not there is said not to be there", async () => {
  await azureWith(world());
  const from = child("cacheRules/hub").replace("contosoprod", "nowhere");
  await expect(answerCanPull(auditor(), { from, registry: "contosodev" })).rejects.toThrow(UnclearQuestionError);
});

test("a sweep says which upstreams are lost, and who can no longer synchronize", async () => {
  await azureWith(world());
  const { report } = await sweep(auditor());
  const about = report.findings
    .filter(({ ruleId }) => /^(?:cache-cred|puller-token|workload-cannot)/.test(ruleId))
    .map(({ ruleId, message }) => `${ruleId}: ${message}`)
    .sort();
  expect(about).toEqual([
    "cache-credential-unhealthy: contosoprod caches contosodev.azurecr.io/shop/* and cannot log in there: the credentials of dev are refused (UNAUTHORIZED).",
    "cache-credential-unhealthy: contosoprod caches docker.io/library/* and cannot log in there: the credentials of hub are refused (UNAUTHORIZED).",
    "puller-token-refused: contosoprod/old synchronizes with contosoprod by the token ended, which has no password that is valid (last end: 2026-10-01T00:00:00.000Z).",
    "workload-cannot-pull: contosoprod/open pulls from contosodev as nobody: it is configured to log in to no registry at all.",
  ]);
  const cells = report.matrix?.cells.map(({ puller, registry, answer }) => `${puller} ${registry} ${answer}`).sort();
  expect(cells).toEqual([
    "contosoprod/from-dev contosodev deny",
    "contosoprod/old contosoprod deny",
    "contosoprod/open contosodev deny",
    "contosoprod/plant contosoprod allow",
  ]);
});

test("what was wrong with one that is deactivated or deleted is over, and one that cannot be listed stays wrong", async () => {
  const refusedSync = "puller-token-refused";
  const runtime = auditor();
  await azureWith(world());
  await sweep(runtime);

  const azure = await azureWith(world());
  azure.fault({ api: "arm", path: /connectedRegistries/, times: 9 }, { kind: "forbidden" });
  const hidden = await sweep(runtime);
  expect(hidden.report.findings.filter(({ ruleId }) => ruleId === refusedSync)).toHaveLength(1);
  expect(JSON.stringify(hidden.report.coverage)).toContain("connected-registries");

  await azureWith(world({ connectedRegistries: [edge("old", { syncToken: "ended", active: false })] }));
  const idle = await sweep(runtime);
  expect(idle.report.resolved.filter(({ ruleId }) => ruleId === refusedSync)).toMatchObject([
    { resolvedReason: "notApplicable" },
  ]);
});

test.for([
  ["credential sets", { api: "arm", path: /credentialSets/ }, { kind: "forbidden" }],
  [
    "registries that are fetched from",
    { api: "resourceGraph" },
    ({ body }: AzureRequest) => (body.includes("contosodev.azurecr.io") ? { kind: "forbidden" } : undefined),
  ],
] satisfies readonly (readonly [string, FaultMatch, FaultOrChoice])[])(
  "nothing is taken for mended while %s cannot be read",
  async ([, match, fault]) => {
    const runtime = auditor();
    await azureWith(world());
    const before = await sweep(runtime);
    const azure = await azureWith(world());
    using _fault = azure.fault(match, fault);
    const after = await sweep(runtime);
    expect(after.report.resolved).toEqual([]);
    expect(after.report.findings).toHaveLength(before.report.findings.length);
  },
);

test("only Premium registries are asked for connected registries, and sets only where a rule logs in", async () => {
  const azure = await azureWith(world({ cacheRules: [rule("open", "docker.io/library/*")] }, "Standard"));
  await sweep(auditor());
  const asked = azure.requests
    .map(({ path }) => path)
    .filter((path) => /cacheRules|credentialSets|connected/.test(path));
  expect(asked.map((path) => path.split("/").slice(-2).join("/").replace(/\?.*$/, "")).sort()).toEqual([
    "contosodev/cacheRules",
    "contosoprod/cacheRules",
  ]);
});
