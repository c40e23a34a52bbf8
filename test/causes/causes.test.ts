import { afterEach, describe, expect, test } from "vitest";
import { diagnoseOnRequest } from "../../src/app/diagnose-request.ts";
import * as catalog from "../../src/causes/index.ts";
import { auditor, azureWith, someday } from "../audit.ts";
import type { SimulatedAzure } from "../azure/simulate-azure.ts";
import { applicationBody } from "../azure/worlds/application.ts";
import { builtInRole } from "../azure/worlds/built-in-role.ts";
import { denyAssignmentBody } from "../azure/worlds/deny-assignment.ts";
import { federatedIdentityCredential } from "../azure/worlds/federated-identity-credential.ts";
import { guid } from "../azure/worlds/guid.ts";
import { identityOf } from "../azure/worlds/identity-of.ts";
import { contoso, type LoginWorldOptions, loginWorld } from "../azure/worlds/login-world.ts";
import { managedClusterBody } from "../azure/worlds/managed-cluster.ts";
import { managedIdentityPrincipalBody } from "../azure/worlds/managed-identity-principal.ts";
import { passwordCredential } from "../azure/worlds/password-credential.ts";
import { repositoryTokenBody } from "../azure/worlds/repository-token.ts";
import { scopeMapBody } from "../azure/worlds/scope-map.ts";
import { servicePrincipalBody } from "../azure/worlds/service-principal.ts";
import { subscriptionBody } from "../azure/worlds/subscription.ts";

let azure: SimulatedAzure;
afterEach(() => azure.assertClean());

const ago = (minutes: number, seconds = 0) =>
  new Date(someday.getTime() - minutes * 60_000 + seconds * 1000).toISOString();
const { kubelet, tenantId, registryId, address } = contoso;
const runtime = () => auditor();

/** What the product says of the failing logins of a world, in short. */
async function say(options: LoginWorldOptions, request: Partial<Parameters<typeof diagnoseOnRequest>[1]> = {}) {
  azure = await azureWith(loginWorld(options));
  const { diagnoses, gaps } = await diagnoseOnRequest(runtime(), { registry: "contoso", hours: 24, ...request });
  return {
    gaps,
    diagnoses,
    found: diagnoses.map(({ conclusion }) => `${conclusion.verdict} ${conclusion.cause}`),
    confirmed: diagnoses.flatMap(({ causes }) =>
      causes.flatMap((one) => (one.verdict === "confirmed" ? [one.cause] : [])),
    ),
  };
}

const refused = (identity: string, status = 401, minutes = [50, 30, 10]) =>
  minutes.map((minute) => ({ time: ago(minute), identity, status, callerIp: address }));
const refusedPull = (identity: string, status = 401, minutes = [50, 30, 10]) =>
  minutes.map((minute) => ({ time: ago(minute), identity, status, repository: "shop/api", callerIp: address }));
const acrPull = (principalId: string, createdOn?: string) => ({
  principalId,
  role: builtInRole.acrPull,
  ...(createdOn !== undefined && { createdOn }),
});

const pipeline = { id: guid("principal of the pipeline"), appId: guid("app of the pipeline") };
const secret = (from: string, to: string) =>
  passwordCredential({ displayName: "ci", startDateTime: from, endDateTime: to });
const pipelineWith = (secrets: readonly ReturnType<typeof secret>[], enabled = true) => ({
  servicePrincipals: [
    servicePrincipalBody({
      displayName: "pipeline",
      ...pipeline,
      appOwnerOrganizationId: tenantId,
      accountEnabled: enabled,
    }),
  ],
  applications: [applicationBody({ displayName: "pipeline", appId: pipeline.appId, passwordCredentials: secrets })],
});
const validSecret = secret("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
const endedSecret = (end: string) => secret("2025-01-01T00:00:00Z", end);
const day = (days: number) => ago(days * 1440).replace(/\.\d+Z$/, "Z");

const token = (changes: Partial<Parameters<typeof repositoryTokenBody>[0]> = {}, repository = "shop/api") => ({
  children: {
    [`${registryId}/tokens`]: [
      repositoryTokenBody({
        registryId,
        name: "depot",
        scopeMap: "depots",
        passwords: [{ name: "password1", creationTime: day(90), expiry: day(-90) }],
        ...changes,
      }),
    ],
    [`${registryId}/scopeMaps`]: [
      scopeMapBody({ registryId, name: "depots", actions: [`repositories/${repository}/content/read`] }),
    ],
  },
});

const onlyIn = (repository: string) =>
  `((!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/read'}) AND !(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/metadata/read'})) OR (@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase '${repository}'))`;
const denialOf = (principalId: string) =>
  denyAssignmentBody({
    scope: registryId,
    denyAssignmentName: "no pulls",
    actions: ["Microsoft.ContainerRegistry/registries/pull/read"],
    principals: [{ id: principalId, type: "ServicePrincipal" }],
  });

interface Pair {
  /** The world in which it, and nothing else, is confirmed. */
  readonly world: LoginWorldOptions;
  /** The nearest world, in which it is not. */
  readonly nearest: LoginWorldOptions;
  readonly likely?: boolean;
}

/** What a client was told, and the nearest text or the nearest registry, which make it another cause. */
interface Texts {
  readonly error: string;
  readonly nearest: string;
  readonly identity?: string;
  readonly world?: LoginWorldOptions;
  readonly nearestWorld?: LoginWorldOptions;
}

const stranger = guid("an id that nobody has");

const pairs: Readonly<Record<string, Pair>> = {
  "kubelet-without-pull-grant": {
    world: { logins: refused(kubelet.clientId) },
    nearest: { logins: refused(kubelet.clientId), grants: [acrPull(kubelet.principalId)] },
  },
  "identity-without-pull-grant": {
    world: { ...pipelineWith([validSecret]), logins: refused(pipeline.appId) },
    nearest: { ...pipelineWith([validSecret]), logins: refused(pipeline.appId), grants: [acrPull(pipeline.id)] },
  },
  "acrpull-on-abac-registry": {
    world: {
      registry: { roleAssignmentMode: "AbacRepositoryPermissions" },
      grants: [acrPull(kubelet.principalId, day(3))],
      pulls: refusedPull(kubelet.principalId, 403),
      logins: [{ time: ago(51), identity: kubelet.principalId }],
    },
    nearest: {
      registry: { roleAssignmentMode: "AbacRepositoryPermissions" },
      grants: [{ principalId: kubelet.principalId, role: builtInRole.repositoryReader }],
      pulls: refusedPull(kubelet.principalId, 403),
      logins: [{ time: ago(51), identity: kubelet.principalId }],
    },
  },
  "repository-role-on-legacy-registry": {
    world: {
      grants: [{ principalId: kubelet.principalId, role: builtInRole.repositoryReader }],
      pulls: refusedPull(kubelet.clientId),
    },
    nearest: { grants: [acrPull(kubelet.principalId)], pulls: refusedPull(kubelet.clientId) },
  },
  "condition-excludes-repository": {
    world: {
      registry: { roleAssignmentMode: "AbacRepositoryPermissions" },
      grants: [{ principalId: kubelet.principalId, role: builtInRole.repositoryReader, condition: onlyIn("shop/web") }],
      pulls: refusedPull(kubelet.clientId),
    },
    nearest: {
      registry: { roleAssignmentMode: "AbacRepositoryPermissions" },
      grants: [{ principalId: kubelet.principalId, role: builtInRole.repositoryReader, condition: onlyIn("shop/api") }],
      pulls: refusedPull(kubelet.clientId),
    },
  },
  "denied-by-deny-assignment": {
    world: {
      grants: [acrPull(kubelet.principalId)],
      denials: [denialOf(kubelet.principalId)],
      logins: refused(kubelet.clientId),
    },
    nearest: {
      grants: [acrPull(kubelet.principalId)],
      denials: [denialOf(pipeline.id)],
      logins: refused(kubelet.clientId),
    },
  },
  "grant-propagating": {
    world: { logins: refused(kubelet.clientId, 401, [1]), grants: [acrPull(kubelet.principalId, ago(4))] },
    nearest: { logins: refused(kubelet.clientId, 401, [1]), grants: [acrPull(kubelet.principalId, ago(14))] },
  },
  "expired-service-principal-credential": {
    world: {
      ...pipelineWith([endedSecret(day(0.1))]),
      grants: [acrPull(pipeline.id)],
      logins: [
        ...[400, 340, 280, 220].map((minute) => ({ time: ago(minute), identity: pipeline.appId })),
        ...refused(pipeline.appId),
      ],
    },
    nearest: {
      ...pipelineWith([endedSecret(day(0.1)), validSecret]),
      grants: [acrPull(pipeline.id)],
      logins: [
        ...[400, 340, 280, 220].map((minute) => ({ time: ago(minute), identity: pipeline.appId })),
        ...refused(pipeline.appId),
      ],
    },
  },
  "admin-account-disabled": {
    world: { logins: refused("Contoso") },
    nearest: { registry: { adminUserEnabled: true }, logins: refused("Contoso") },
  },
  "network-refusal": {
    world: {
      registry: { defaultAction: "Deny", allowedIps: ["198.51.100.0/26"] },
      grants: [acrPull(kubelet.principalId)],
      logins: refused(kubelet.clientId, 403),
    },
    nearest: {
      registry: { defaultAction: "Deny", allowedIps: ["198.51.100.0/26", address] },
      grants: [acrPull(kubelet.principalId)],
      logins: refused(kubelet.clientId, 403),
    },
  },
  "principal-deleted": {
    world: { logins: refused(stranger), pulls: refusedPull(stranger) },
    nearest: { logins: refused(stranger) },
  },
  "principal-disabled": {
    world: { ...pipelineWith([validSecret], false), grants: [acrPull(pipeline.id)], logins: refused(pipeline.appId) },
    nearest: { ...pipelineWith([validSecret]), grants: [acrPull(pipeline.id)], logins: refused(pipeline.appId) },
  },
  "cross-tenant": {
    world: {
      logins: refused(stranger),
      pulls: refusedPull(stranger).map((pull) => ({ ...pull, userTenantId: guid("tenant of a partner") })),
    },
    nearest: { logins: refused(stranger), pulls: refusedPull(stranger) },
  },
  "image-missing": {
    world: { pulls: refusedPull(kubelet.clientId, 404), grants: [acrPull(kubelet.principalId)] },
    nearest: { pulls: refusedPull(kubelet.clientId, 401), grants: [acrPull(kubelet.principalId)] },
  },
  throttled: {
    world: { pulls: refusedPull(kubelet.clientId, 429), grants: [acrPull(kubelet.principalId)] },
    nearest: { pulls: refusedPull(kubelet.clientId, 401), grants: [acrPull(kubelet.principalId)] },
  },
  "not-an-incident": {
    world: {
      logins: [
        { time: ago(10), identity: kubelet.clientId, status: 401 },
        { time: ago(10, 40), identity: kubelet.clientId },
      ],
      grants: [acrPull(kubelet.principalId)],
    },
    // another identity behind the same address, which hides nothing
    nearest: {
      logins: [
        { time: ago(10), identity: kubelet.clientId, status: 401 },
        { time: ago(10, 40), identity: pipeline.appId },
      ],
      grants: [acrPull(kubelet.principalId)],
    },
  },
  "arm-audience-refused": {
    likely: true,
    world: {
      registry: { armTokens: "disabled" },
      ...pipelineWith([validSecret]),
      grants: [acrPull(pipeline.id)],
      logins: refused(pipeline.appId),
    },
    nearest: { ...pipelineWith([validSecret]), grants: [acrPull(pipeline.id)], logins: refused(pipeline.appId) },
  },
  "repository-token-disabled": {
    world: { ...token({ status: "disabled" }), logins: refused("depot") },
    nearest: { ...token(), logins: refused("depot") },
  },
  "repository-token-expired": {
    world: {
      ...token({ passwords: [{ name: "password1", creationTime: day(90), expiry: day(0.5) }] }),
      logins: [{ time: ago(1000), identity: "depot" }, ...refused("depot")],
    },
    nearest: {
      ...token({
        passwords: [
          { name: "password1", creationTime: day(90), expiry: day(0.5) },
          { name: "password2", creationTime: day(90) },
        ],
      }),
      logins: [{ time: ago(1000), identity: "depot" }, ...refused("depot")],
    },
  },
  "scope-map-lacks-repository": {
    world: { ...token({}, "shop/web"), logins: [{ time: ago(51), identity: "depot" }], pulls: refusedPull("depot") },
    nearest: { ...token({}, "shop/*"), logins: [{ time: ago(51), identity: "depot" }], pulls: refusedPull("depot") },
  },
};

const lookup =
  'failed to do request: Head "https://contoso.azurecr.io/v2/shop/api/manifests/1": dial tcp: lookup contoso.azurecr.io on 168.63.129.16:53: no such host';
const timeout =
  'failed to authorize: failed to fetch anonymous token: Get "https://contoso.azurecr.io/oauth2/token?scope=repository": dial tcp 10.20.0.5:443: i/o timeout';
const refusedToken =
  "failed to authorize: failed to fetch oauth token: unexpected status from POST request to https://contoso.azurecr.io/oauth2/token: 401 Unauthorized";
/** A login that the text is not about. */
const someoneElse = { logins: refused(kubelet.clientId) };
const fallback = "Unable to get admin user credentials with message: Admin user is disabled.";

/** Likely in the words of docker, containerd, the kubelet and the Azure CLI, whatever the logs hold of others. */
const texts: Readonly<Record<string, Texts>> = {
  "name-not-resolved": { error: lookup, nearest: timeout },
  "registry-not-reached": { error: timeout, nearest: refusedToken },
  "certificate-not-trusted": {
    error: 'Get "https://contoso.azurecr.io/v2/": x509: certificate signed by unknown authority',
    nearest: 'Get "https://contoso.azurecr.io/v2/": unauthorized: authentication required',
  },
  "client-tool-failing": {
    error: "Please verify if Docker client is installed and running. Code: DOCKER_COMMAND_ERROR",
    nearest: "Access to registry 'contoso.azurecr.io' was denied. Code: CONNECTIVITY_REFRESH_TOKEN_ERROR",
  },
  "platform-missing": {
    error: "failed to resolve reference: no match for platform in manifest: not found",
    nearest: "failed to resolve reference: contoso.azurecr.io/shop/api:1: not found",
  },
  "wrong-subscription": {
    error:
      "The resource with name 'contoso' and type 'Microsoft.ContainerRegistry/registries' could not be found in subscription 'dev (00000000-0000-4000-8000-000000000000)'.",
    nearest: "manifest unknown: manifest tagged by '1' could not be found",
  },
  "entra-login-failed-first": {
    error: fallback,
    nearest: fallback,
    nearestWorld: { registry: { adminUserEnabled: true } },
  },
  "user-name-unknown": {
    error: "unauthorized: Application not registered with AAD.",
    nearest: "unauthorized: authentication required",
    identity: "someone@contoso.example",
  },
  "no-credential": {
    world: {},
    error: refusedToken.replace("fetch oauth", "fetch anonymous"),
    nearest: refusedToken.replace("fetch oauth", "fetch anonymous"),
    nearestWorld: { registry: { anonymousPullEnabled: true } },
  },
};

describe.each(Object.entries(texts))(
  "%s",
  (id, { error, nearest, identity, world = someoneElse, nearestWorld = world }) => {
    test("likely by its text", async () => {
      const { found, confirmed } = await say(world, { error, ...(identity && { identity }) });
      expect(found).toEqual([`likely ${id}`]);
      expect(confirmed).toEqual([]);
    });

    test("not by the nearest", async () => {
      const { found } = await say(nearestWorld, { error: nearest, ...(identity && { identity }) });
      expect(found).toHaveLength(1);
      expect(found).not.toContain(`likely ${id}`);
    });
  },
);

describe.each(Object.entries(pairs))("%s", (id, { world, nearest, likely = false }) => {
  test(`${likely ? "likely" : "alone confirmed"} in its world`, async () => {
    const { found, confirmed } = await say(world);
    expect(found).toEqual([`${likely ? "likely" : "confirmed"} ${id}`]);
    expect(confirmed).toEqual(likely ? [] : [id]);
  });

  test("not in the nearest one", async () => {
    const { found, confirmed, diagnoses } = await say(nearest);
    expect(diagnoses).toHaveLength(1);
    expect(found).not.toContain(`confirmed ${id}`);
    expect(confirmed).not.toContain(id);
    if (likely) expect(found).not.toContain(`likely ${id}`);
  });
});

test("every cause has a world", () => {
  const tested = new Set([...Object.keys(pairs), ...Object.keys(texts), "undetermined"]); // see the matrix
  expect(
    Object.values(catalog)
      .map(({ id }) => id)
      .filter((id) => !tested.has(id)),
  ).toEqual([]);
});

test("the anonymous attempt beside a credentialed one is no incident, the credentialed one is", async () => {
  const { diagnoses } = await say({
    logins: [
      ...refused(kubelet.clientId),
      ...[50, 30, 10].map((minute) => ({ time: ago(minute, 3), identity: "", status: 401, callerIp: address })),
    ],
  });
  expect(diagnoses.map(({ symptom, conclusion }) => [symptom.identity, conclusion.cause]).sort()).toEqual([
    ["", "not-an-incident"],
    [kubelet.clientId, "kubelet-without-pull-grant"],
  ]);
});

describe("the worked matrix of the telemetry notes", () => {
  test("a kubelet that never logged in and has no assignment", async () => {
    const { diagnoses, found } = await say({
      logins: refused(
        kubelet.principalId,
        401,
        [...Array(12).keys()].map((n) => n * 5 + 3),
      ),
    });
    expect(found).toEqual(["confirmed kubelet-without-pull-grant"]);
    expect(diagnoses[0]?.conclusion.evidence).toMatchObject({ failures: 12, clusters: ["aks-shop"], role: "AcrPull" });
    expect(diagnoses[0]?.conclusion.message).toMatch(/never, looking back to/);
    expect(diagnoses[0]?.conclusion.remediation?.cli).toBe(
      `az role assignment create --assignee-object-id ${kubelet.principalId} --assignee-principal-type ServicePrincipal --role AcrPull --scope ${registryId}`,
    );
  });

  test("a registry that does not say its mode: both roles in words, one in the command", async () => {
    const of = async (roleAssignmentMode: "LegacyRegistryPermissions" | null) => {
      const { diagnoses } = await say({ registry: { roleAssignmentMode }, logins: refused(kubelet.clientId) });
      return diagnoses[0]?.conclusion;
    };
    const unsaid = await of(null);
    expect(unsaid?.cause).toBe("kubelet-without-pull-grant");
    expect(unsaid?.remediation).toEqual({
      text: "Assign AcrPull (Container Registry Repository Reader in ABAC mode) on the registry to the kubelet identity.",
      cli: `az role assignment create --assignee-object-id ${kubelet.principalId} --assignee-principal-type ServicePrincipal --role AcrPull --scope ${registryId}`,
    });
    expect((await of("LegacyRegistryPermissions"))?.remediation?.text).toBe(
      "Assign AcrPull on the registry to the kubelet identity.",
    );
  });

  test("timeouts in the workload, no login rows, public access disabled", async () => {
    const { found, diagnoses } = await say(
      { registry: { publicNetworkAccess: "Disabled", defaultAction: "Deny" } },
      { identity: kubelet.clientId, error: "dial tcp 10.20.8.6:443: i/o timeout" },
    );
    expect(found).toEqual(["likely registry-not-reached"]);
    expect(diagnoses[0]?.conclusion.message).toMatch(
      /10\.20\.8\.6, a private address, and .* no approved private endpoint/,
    );
  });

  test("anonymous attempts alone, and nothing of the clusters", async () => {
    const { found, diagnoses, confirmed } = await say({ logins: refused("") });
    expect(found).toEqual(["possible undetermined"]);
    expect(confirmed).toEqual([]);
    expect(diagnoses[0]?.conclusion.notChecked.join(" ")).toMatch(/KubeEvents/);
  });

  test("an ABAC refusal shows as 401 or as 403", async () => {
    for (const status of [401, 403]) {
      const { found } = await say({
        registry: { roleAssignmentMode: "AbacRepositoryPermissions" },
        grants: [acrPull(kubelet.principalId)],
        pulls: refusedPull(kubelet.clientId, status),
      });
      expect(found).toEqual(["confirmed acrpull-on-abac-registry"]);
    }
  });

  test("a fresh grant of the wrong role is the wrong role", async () => {
    const { found } = await say({
      registry: { roleAssignmentMode: "AbacRepositoryPermissions" },
      grants: [acrPull(kubelet.principalId, ago(4))],
      pulls: refusedPull(kubelet.clientId, 401, [1]),
    });
    expect(found).toEqual(["confirmed acrpull-on-abac-registry"]);
  });

  test("a secret that ended seconds before its last success", async () => {
    const hourly = [...Array(8).keys()].map((hour) => ({ time: ago(120 + hour * 60, 3), identity: pipeline.appId }));
    const { found, confirmed } = await say({
      ...pipelineWith([endedSecret(ago(120).replace(".000Z", "Z"))]),
      grants: [acrPull(pipeline.id)],
      logins: [...hourly, ...refused(pipeline.appId)],
    });
    expect(found).toEqual(["confirmed expired-service-principal-credential"]);
    expect(confirmed).toHaveLength(1);
  });

  test("the address that is refused also logs in: it is not the network", async () => {
    const { confirmed } = await say({
      registry: { defaultAction: "Deny", allowedIps: ["198.51.100.0/26"] },
      logins: [...refused(kubelet.clientId, 403), { time: ago(20), identity: pipeline.appId, callerIp: address }],
    });
    expect(confirmed).not.toContain("network-refusal");
  });
});

test("a stranger at the firewall weighs less than a workload", async () => {
  const at = async (identity: string) => {
    const { diagnoses } = await say({
      registry: { defaultAction: "Deny", allowedIps: ["198.51.100.0/26"] },
      logins: refused(identity, 403),
    });
    return diagnoses.map(({ conclusion }) => `${conclusion.severity} ${conclusion.cause}`);
  };
  expect(await at("someone@elsewhere.example")).toEqual(["low network-refusal"]);
  expect(await at(kubelet.clientId)).toEqual(["high network-refusal"]);
});

describe("an identity is known by both of its ids", () => {
  test.each([kubelet.clientId, kubelet.principalId, kubelet.clientId.toUpperCase()])("%s", async (identity) => {
    expect((await say({ logins: refused(identity) })).found).toEqual(["confirmed kubelet-without-pull-grant"]);
  });
  test.each([pipeline.appId, pipeline.id])("%s", async (identity) => {
    const { found } = await say({ ...pipelineWith([validSecret]), logins: refused(identity) });
    expect(found).toEqual(["confirmed identity-without-pull-grant"]);
  });
});

describe("what cannot be read is named, and excludes nothing", () => {
  test("Microsoft Graph", async () => {
    const { found, diagnoses } = await say({
      logins: refused(pipeline.appId),
      callers: [{ principalId: guid("auditor"), readable: "all", graph: false }],
    });
    expect(found).toEqual(["possible undetermined"]);
    const [diagnosis] = diagnoses;
    expect(diagnosis?.causes.filter(({ verdict }) => verdict === "notChecked").map(({ cause }) => cause)).toEqual(
      expect.arrayContaining([
        "principal-deleted",
        "identity-without-pull-grant",
        "expired-service-principal-credential",
      ]),
    );
    expect(diagnosis?.conclusion.notChecked.join(" ")).toMatch(/principal \(forbidden\)/);
  });

  test("a kubelet needs no Microsoft Graph", async () => {
    const { found } = await say({
      logins: refused(kubelet.clientId),
      callers: [{ principalId: guid("auditor"), readable: "all", graph: false }],
    });
    expect(found).toEqual(["confirmed kubelet-without-pull-grant"]);
  });

  test("a registry without a diagnostic setting is a gap, never no failures", async () => {
    const { diagnoses, gaps } = await say({ settings: [] });
    expect(diagnoses).toEqual([]);
    expect(gaps.map(({ detail }) => detail)).toEqual([
      "contoso has no diagnostic setting that sends ContainerRegistryLoginEvents to a Log Analytics workspace",
      "contoso has no diagnostic setting that sends ContainerRegistryRepositoryEvents to a Log Analytics workspace",
    ]);
  });

  test("a workspace that may not be read", async () => {
    azure = await azureWith(loginWorld({ logins: refused(kubelet.clientId) }));
    using _fault = azure.fault({ api: "logs" }, { kind: "forbidden" });
    const { diagnoses, gaps } = await diagnoseOnRequest(runtime(), { registry: registryId, hours: 24 });
    expect(diagnoses).toEqual([]);
    expect(gaps).toMatchObject([{ fact: "login-failures", reason: "forbidden" }]);
  });

  test("a workspace without one of the tables", async () => {
    const tables = `${contoso.workspaceArmId}/tables`;
    const { found, gaps } = await say({
      logins: refused(kubelet.clientId),
      children: { [tables]: [{ id: `${tables}/ContainerRegistryLoginEvents`, name: "ContainerRegistryLoginEvents" }] },
    });
    expect(found).toEqual(["confirmed kubelet-without-pull-grant"]);
    expect(gaps).toMatchObject([
      { fact: "ContainerRegistryRepositoryEvents", detail: expect.stringMatching(/log-contoso has no table/) },
    ]);
  });

  test("a part of the rows", async () => {
    azure = await azureWith(loginWorld({ logins: refused(kubelet.clientId) }));
    using _fault = azure.fault({ api: "logs" }, { kind: "partialResult" });
    const { gaps } = await diagnoseOnRequest(runtime(), { registry: registryId, hours: 24 });
    expect(gaps).toMatchObject([{ fact: "logs", detail: expect.stringMatching(/answered with a part of its rows/) }]);
  });
});

describe("the registry's subscription is delegated by another tenant", () => {
  const partner = guid("tenant of a partner");
  const ownSubscription = guid("subscription of the clusters");
  const ownCluster = managedClusterBody({
    subscriptionId: ownSubscription,
    resourceGroup: "rg-own",
    name: "aks-own",
    tenantId,
  });
  const ownKubeletId = `/subscriptions/${ownSubscription}/resourcegroups/MC_rg-own_aks-own_westeurope/providers/Microsoft.ManagedIdentity/userAssignedIdentities/aks-own-agentpool`;
  const delegated = {
    registryTenantId: partner,
    subscriptions: [subscriptionBody({ subscriptionId: ownSubscription, tenantId, displayName: "own" })],
    resources: [ownCluster],
  };
  const audience = (signInAudience: string) => {
    const { servicePrincipals, applications } = pipelineWith([validSecret]);
    return { servicePrincipals, applications: applications.map((one) => ({ ...one, signInAudience })) };
  };

  test.each([[[]], [[managedIdentityPrincipalBody({ resourceId: ownKubeletId })]]])(
    "a kubelet identity cannot cross tenants, in the directory or not",
    async (servicePrincipals) => {
      const logins = refused(identityOf(ownKubeletId).clientId);
      const { found, confirmed, diagnoses } = await say({ ...delegated, servicePrincipals, logins });
      expect(found).toEqual(["confirmed cross-tenant"]);
      expect(confirmed).toEqual(["cross-tenant"]);
      expect(diagnoses[0]?.conclusion.message).toContain(`kubelet identity of aks-own comes from tenant ${tenantId}`);
      expect(diagnoses[0]?.conclusion.remediation?.cli).not.toMatch(/role assignment/);
    },
  );

  test("nor can a single-tenant application", async () => {
    const { found } = await say({ ...delegated, ...audience("AzureADMyOrg"), logins: refused(pipeline.appId) });
    expect(found).toEqual(["confirmed cross-tenant"]);
  });

  test("what a multitenant application is granted there cannot be seen", async () => {
    const multitenant = { ...delegated, ...audience("AzureADMultipleOrgs"), logins: refused(pipeline.appId) };
    const { found, diagnoses } = await say(multitenant);
    expect(found).toEqual(["possible undetermined"]);
    expect(diagnoses[0]?.conclusion.notChecked.join()).toMatch(
      `which service principal pipeline has in tenant ${partner} cannot be seen from tenant ${tenantId}`,
    );
  });

  test("an id that this directory does not know is not deleted, even with a grant there", async () => {
    const { confirmed } = await say({ ...delegated, grants: [acrPull(stranger)], logins: refused(stranger) });
    expect(confirmed).toEqual([]);
  });
});

describe("a service principal without any secret", () => {
  const logins = refused(pipeline.appId);
  const grants = [acrPull(pipeline.id)];

  test("cannot log in", async () => {
    const { found, diagnoses } = await say({ ...pipelineWith([]), grants, logins });
    expect(found).toEqual(["confirmed expired-service-principal-credential"]);
    expect(diagnoses[0]?.conclusion.message).toMatch(
      /pipeline cannot log in .*: it has no secret and no certificate\./,
    );
  });

  test("yet cannot either, and one that ended is named by the last", async () => {
    const next = secret(day(-5), day(-90));
    const whyOf = async (secrets: readonly ReturnType<typeof secret>[]) => {
      const { diagnoses } = await say({ ...pipelineWith(secrets), grants, logins });
      return diagnoses[0]?.conclusion.evidence.why;
    };
    const minute = (time: string) => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
    expect(await whyOf([secret(day(-9), day(-90)), next])).toBe(
      `its first secret or certificate starts at ${minute(day(-5))}`,
    );
    expect(await whyOf([endedSecret(day(9)), endedSecret(day(2)), endedSecret(day(5)), next])).toBe(
      `its last secret or certificate ended at ${minute(day(2))}`,
    );
  });

  test("unless it is trusted without one", async () => {
    const { servicePrincipals } = pipelineWith([]);
    const federated = federatedIdentityCredential({
      name: "github",
      issuer: "https://token.actions.githubusercontent.com",
      subject: "repo:contoso/shop:ref:refs/heads/main",
    });
    const applications = [
      applicationBody({ displayName: "pipeline", appId: pipeline.appId, federatedIdentityCredentials: [federated] }),
    ];
    const { confirmed } = await say({ servicePrincipals, applications, grants, logins });
    expect(confirmed).toEqual([]);
  });
});

describe("a token that is not validated", () => {
  const error = "CONNECTIVITY_REFRESH_TOKEN_ERROR: token validation failed";

  test("was made for Azure Resource Manager where such are not taken, whoever sent it", async () => {
    const off = { registry: { armTokens: "disabled" } } as const;
    expect((await say(off, { error })).found).toEqual(["likely arm-audience-refused"]);
    expect((await say(off, { error, identity: kubelet.clientId })).found).toEqual(["likely arm-audience-refused"]);
  });

  test("was not where they are", async () => {
    expect((await say({}, { error })).found).toEqual(["possible undetermined"]);
  });
});

test("a repository token that is denied lacks the repository", async () => {
  const error = "denied: requested access to the resource is denied";
  const asked = { identity: "depot", error };
  expect((await say(token(), asked)).found).toEqual(["likely scope-map-lacks-repository"]);
  expect((await say({}, asked)).found).toEqual(["possible undetermined"]);
});

test("the application that Microsoft Entra names is the one that is looked at", async () => {
  const error = `AADSTS700016: Application with identifier '${stranger}' was not found in the directory 'Contoso'.`;
  const { found, diagnoses } = await say({}, { error });
  expect(found).toEqual(["likely cross-tenant"]);
  expect(diagnoses[0]?.symptom.identity).toBe(stranger);
});

test("every command says in which subscription the registry is", () => {
  const commands = Object.values(catalog).map(({ remediation }) => remediation.cli);
  expect(
    commands.filter((cli) => cli.startsWith("az acr ") && !cli.includes(" --subscription <subscriptionId> ")),
  ).toEqual([]);
});

test("no cause says to enable the admin account", () => {
  for (const { message, remediation } of Object.values(catalog)) {
    expect(`${message} ${remediation.text} ${remediation.cli}`).not.toMatch(
      /enable[sd]?\b[^.]*\badmin|admin-enabled true/i,
    );
  }
});
