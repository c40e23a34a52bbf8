import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { armHost, ask, askArm, tokenFor } from "./ask.ts";
import { text } from "./body.ts";
import type { SimulatedAzure } from "./simulate-azure.ts";
import { managementGroupId, registryId, small, smallWorld } from "./small-world.ts";
import { useAzure } from "./use-azure.ts";

let azure: SimulatedAzure;
beforeEach(async () => {
  azure = await useAzure(smallWorld());
});

const names = (body: Readonly<Record<string, unknown>>) =>
  (body.value as readonly unknown[]).map((item) => text(item, "name") ?? text(item, "displayName"));
const code = (body: Readonly<Record<string, unknown>>) => text(body, "error", "code");
const message = (body: Readonly<Record<string, unknown>>) => text(body, "error", "message");
const subscriptionPath = `/subscriptions/${small.subscription}`;

describe("who asks", () => {
  afterEach(() => azure.assertClean());

  test("no token is 401 with the tenant to sign in to", async () => {
    const { status, headers, body } = await ask(`${armHost}/subscriptions?api-version=2022-12-01`);
    expect(status).toBe(401);
    expect(code(body)).toBe("AuthenticationFailed");
    expect(headers["www-authenticate"]).toContain(`authorization_uri="https://login.windows.net/${small.tenant}"`);
  });

  test("a token of another service is refused by its audience", async () => {
    const token = await tokenFor("https://graph.microsoft.com");
    const { status, body } = await ask(`${armHost}/subscriptions?api-version=2022-12-01`, { token });
    expect([status, code(body)]).toEqual([401, "InvalidAuthenticationTokenAudience"]);
    expect(message(body)).toContain("'https://graph.microsoft.com'");
  });

  test.each(["https://management.azure.com", "https://management.core.windows.net/"])(
    "%s is an audience of ARM",
    async (resource) => {
      const token = await tokenFor(resource);
      expect((await ask(`${armHost}/subscriptions?api-version=2022-12-01`, { token })).status).toBe(200);
    },
  );

  test("a token that Entra did not issue is refused", async () => {
    const { body } = await askArm("/subscriptions?api-version=2022-12-01", { token: "a.b.c" });
    expect(code(body)).toBe("InvalidAuthenticationToken");
  });
});

describe("api-version", () => {
  afterEach(() => azure.assertClean());

  test("is required", async () => {
    const { status, body } = await askArm("/subscriptions");
    expect([status, code(body)]).toEqual([400, "MissingApiVersionParameter"]);
  });

  test("of a resource that Azure does not have is answered with the ones it has", async () => {
    const { status, body } = await askArm(`${registryId}?api-version=2099-01-01`);
    expect([status, code(body)]).toEqual([400, "NoRegisteredProviderFound"]);
    expect(message(body)).toContain("2025-11-01");
  });

  test("of a list is answered as an unknown type", async () => {
    const { status, body } = await askArm(`${registryId}/tokens?api-version=2017-03-01`);
    expect([status, code(body)]).toEqual([404, "InvalidResourceType"]);
  });

  test("of Resource Manager itself is invalid", async () => {
    const { status, body } = await askArm("/subscriptions?api-version=1999-01-01");
    expect([status, code(body)]).toEqual([400, "InvalidApiVersionParameter"]);
  });

  test("decides what a registry shows", async () => {
    const shown = async (version: string) =>
      Object.keys(((await askArm(`${registryId}?api-version=${version}`)).body.properties ?? {}) as object);
    expect(await shown("2025-11-01")).toEqual(expect.arrayContaining(["roleAssignmentMode", "anonymousPullEnabled"]));
    expect(await shown("2025-04-01")).not.toContain("roleAssignmentMode");
    expect(await shown("2023-07-01")).not.toContain("anonymousPullEnabled");
  });

  test("shows preview policies only in previews", async () => {
    const policies = async (version: string) =>
      ((await askArm(`${registryId}?api-version=${version}`)).body.properties as { policies: object }).policies;
    expect(await policies("2023-11-01-preview")).toHaveProperty("softDeletePolicy");
    expect(await policies("2025-11-01")).not.toHaveProperty("softDeletePolicy");
  });
});

describe("resources", () => {
  test("ids are found whatever their case, also with a doubled slash", async () => {
    const { status, body } = await askArm(`/${registryId.toUpperCase()}?api-version=2025-11-01`);
    expect([status, body.name]).toEqual([200, "contoso"]);
    azure.assertClean();
  });

  test("lists are by subscription and by resource group", async () => {
    const version = "api-version=2025-11-01";
    const provider = "providers/Microsoft.ContainerRegistry/registries";
    expect(names((await askArm(`${subscriptionPath}/${provider}?${version}`)).body)).toEqual(["contoso", "basic"]);
    expect(names((await askArm(`${subscriptionPath}/resourceGroups/RG/${provider}?${version}`)).body)).toEqual([
      "contoso",
      "basic",
    ]);
    expect(names((await askArm(`/subscriptions/${small.other}/${provider}?${version}`)).body)).toEqual([]);
    azure.assertClean();
  });

  test("children are listed and read by name; a known collection that the world leaves out is empty", async () => {
    expect(names((await askArm(`${registryId}/tokens?api-version=2025-11-01`)).body)).toEqual(["edge", "depot"]);
    expect((await askArm(`${registryId}/tokens/edge?api-version=2025-11-01`)).body.name).toBe("edge");
    expect((await askArm(`${registryId}/webhooks?api-version=2025-11-01`)).body).toEqual({ value: [] });
    const settings = `${registryId}/providers/microsoft.insights/diagnosticSettings?api-version=2021-05-01-preview`;
    expect(names((await askArm(settings)).body)).toEqual(["logs"]);
    azure.assertClean();
  });

  test("a child that the world gives only a name is completed from its place", async () => {
    azure.load(smallWorld({ children: { [`${registryId}/tokens`]: [{ name: "edge" }] } }));
    expect((await askArm(`${registryId}/tokens?api-version=2025-11-01`)).body.value).toEqual([
      { id: `${registryId}/tokens/edge`, name: "edge", type: "Microsoft.ContainerRegistry/registries/tokens" },
    ]);
  });

  test("what is not there is named as Azure names it", async () => {
    const missing = async (path: string) => code((await askArm(path)).body);
    const gone = registryId.replace("/contoso", "/gone");
    expect(await missing(`${gone}?api-version=2025-11-01`)).toBe("ResourceNotFound");
    expect(await missing(`${gone}/tokens?api-version=2025-11-01`)).toBe("ParentResourceNotFound");
    expect(await missing(`${registryId.replace("/rg/", "/none/")}?api-version=2025-11-01`)).toBe(
      "ResourceGroupNotFound",
    );
    expect(await missing(`/subscriptions/${small.tenant}?api-version=2022-12-01`)).toBe("SubscriptionNotFound");
    expect(await missing("/subscriptions/nonsense?api-version=2022-12-01")).toBe("InvalidSubscriptionId");
    azure.assertClean();
  });

  test("usages are counted from the world", async () => {
    const { body } = await askArm(`${registryId}/listUsages?api-version=2025-11-01`);
    expect(body.value).toContainEqual({ name: "Tokens", limit: 50_000, currentValue: 2, unit: "Count" });
  });

  test("GET …/resources filters by type and holds tracked children", async () => {
    const list = async (filter: string) =>
      names(
        (await askArm(`${subscriptionPath}/resources?api-version=2021-04-01&$filter=${encodeURIComponent(filter)}`))
          .body,
      );
    expect(await list("resourceType eq 'microsoft.containerregistry/registries'")).toEqual(["contoso", "basic"]);
    expect(await list("")).toContain("northeurope");
  });

  test("pages lead to each other on the client's own host until all is there", async () => {
    azure.load(smallWorld(), { pageSize: 1 });
    const first = await askArm(`${registryId}/tokens?api-version=2025-11-01`);
    expect(first.body.nextLink).toMatch(/^https:\/\/management\.azure\.com\/.*skiptoken/);
    const second = await ask(String(first.body.nextLink), { token: await tokenFor(`${armHost}/`) });
    expect([names(first.body), names(second.body), second.body.nextLink]).toEqual([["edge"], ["depot"], undefined]);
  });

  test("an unknown provider, an unknown type and a write fail the test that asks", async () => {
    expect(
      code((await askArm(`${subscriptionPath}/providers/Microsoft.Nothing/things?api-version=2024-01-01`)).body),
    ).toBe("InvalidResourceNamespace");
    expect(code((await askArm(`${registryId}/things?api-version=2025-11-01`)).body)).toBe("InvalidResourceType");
    expect((await askArm(`${registryId}?api-version=2025-11-01`, { method: "PUT", body: {} })).status).toBe(405);
    expect(azure.unknownRoutes).toHaveLength(3);
    expect(() => azure.assertClean()).toThrow("/things");
  });

  test.each([
    `${registryId}/listCredentials?api-version=2025-11-01`,
    `${registryId}/generateCredentials?api-version=2025-11-01`,
    `${subscriptionPath}/resourceGroups/rg/providers/Microsoft.Web/sites/x/config/appsettings/list?api-version=2024-04-01`,
    `${subscriptionPath}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/x/listKeys?api-version=2024-01-01`,
  ])("no secret is given out: %s", async (path) => {
    const { status, body } = await askArm(path, { method: "POST", body: {} });
    expect([status, code(body)]).toEqual([403, "AuthorizationFailed"]);
    expect(azure.secretCalls).toHaveLength(1);
    expect(() => azure.assertClean()).toThrow("asks for a secret");
  });
});

describe("management groups", () => {
  afterEach(() => azure.assertClean());

  test("expand to their children and ancestors", async () => {
    const { body } = await askArm(`${managementGroupId}?api-version=2020-05-01&$expand=children,ancestors`);
    expect(body.properties).toMatchObject({
      displayName: "Corp",
      children: [{ id: `/subscriptions/${small.subscription}`, displayName: "main" }],
      details: { managementGroupAncestors: [small.tenant] },
    });
  });
});

describe("role assignments", () => {
  afterEach(() => azure.assertClean());

  const list = async (scope: string, filter = "") => {
    const query = filter && `&$filter=${encodeURIComponent(filter)}`;
    const path = `${scope}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01${query}`;
    const { body } = await askArm(path);
    return Array.isArray(body.value)
      ? body.value.map((item) => Number(text(item, "name")?.slice(-1))).sort()
      : code(body);
  };

  test("of a scope are those at, above and below it", async () => {
    expect(await list(subscriptionPath)).toEqual([1, 2, 3, 4]);
    expect(await list(registryId)).toEqual([1, 2, 3, 4]);
    expect(await list(`/subscriptions/${small.other}`)).toEqual([4, 5]);
    expect(await list(managementGroupId)).toEqual([3, 4]);
  });

  test("atScope() leaves out what is below", async () => {
    expect(await list(subscriptionPath, "atScope()")).toEqual([2, 3, 4]);
  });

  test("principalId is exact and assignedTo() follows groups", async () => {
    expect(await list(registryId, `principalId eq '${small.puller}'`)).toEqual([1, 4]);
    expect(await list(registryId, `atScope() and assignedTo('${small.puller}')`)).toEqual([1, 2, 3, 4]);
  });

  test("other filters are not supported", async () => {
    expect(await list(registryId, "roleDefinitionId eq 'x'")).toBe("UnsupportedQuery");
  });

  test("inherited ones name the role as the subscription's", async () => {
    const { body } = await askArm(
      `${registryId}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=atScope()`,
    );
    const ids = (body.value as readonly unknown[]).map((item) => text(item, "properties", "roleDefinitionId"));
    expect(new Set(ids)).toEqual(
      new Set([`${subscriptionPath}/providers/Microsoft.Authorization/roleDefinitions/${small.acrPull}`]),
    );
  });

  test("definitions are found by name, by id and by where they can be assigned", async () => {
    const at = async (scope: string, filter: string) =>
      (
        await askArm(
          `${scope}/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01&$filter=${encodeURIComponent(filter)}`,
        )
      ).body.value;
    expect(await at(registryId, "roleName eq 'AcrPull'")).toHaveLength(1);
    expect(await at(registryId, "type eq 'CustomRole'")).toHaveLength(1);
    expect(await at(`/subscriptions/${small.other}`, "type eq 'CustomRole'")).toHaveLength(0);
    const { body } = await askArm(
      `/providers/Microsoft.Authorization/roleDefinitions/${small.acrPull}?api-version=2022-04-01`,
    );
    expect(text(body, "properties", "roleName")).toBe("AcrPull");
  });

  test("deny assignments are inherited too", async () => {
    const path = `${registryId}/providers/Microsoft.Authorization/denyAssignments?api-version=2022-04-01&$filter=atScope()`;
    expect((await askArm(path)).body.value).toHaveLength(1);
  });
});

describe("an identity that may read little", () => {
  const load = (readable: "all" | string[], graph = true) =>
    azure.load(smallWorld({ callers: [{ principalId: small.puller, readable, graph }] }));
  const version = "api-version=2022-12-01";

  test("sees no subscription and gets 403 for everything else", async () => {
    load([]);
    expect((await askArm(`/subscriptions?${version}`)).body.value).toEqual([]);
    const { status, body } = await askArm(`${registryId}?api-version=2025-11-01`);
    expect([status, code(body)]).toEqual([403, "AuthorizationFailed"]);
    expect(message(body)).toContain(
      `with object id '${small.puller}' does not have authorization to perform action 'Microsoft.ContainerRegistry/registries/read'`,
    );
    azure.assertClean();
  });

  test("sees what is below the scopes it may read, management groups included", async () => {
    load([managementGroupId]);
    expect(names((await askArm(`/subscriptions?${version}`)).body)).toEqual(["main"]);
    expect((await askArm(`${registryId}?api-version=2025-11-01`)).status).toBe(200);
  });
});

test("an edit of the world is seen by the next request, and removed resources are gone", async () => {
  azure.world.resources = azure.world.resources.filter(({ id }) => id !== registryId);
  expect((await askArm(`${registryId}?api-version=2025-11-01`)).status).toBe(404);
});

test("the log says who asked what", async () => {
  await askArm(`${registryId}?api-version=2025-11-01`);
  expect(azure.requests.at(-1)).toMatchObject({
    method: "GET",
    host: "management.azure.com",
    path: registryId,
    api: "arm",
    apiVersion: "2025-11-01",
    status: 200,
    authorized: true,
  });
});
