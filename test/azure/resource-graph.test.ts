import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { askArm } from "./ask.ts";
import type { SimulatedAzure } from "./simulate-azure.ts";
import { small, smallWorld } from "./small-world.ts";
import { useAzure } from "./use-azure.ts";
import type { World } from "./world.ts";

let azure: SimulatedAzure;
beforeEach(async () => {
  azure = await useAzure(smallWorld(), { resourceGraphQuota: 1000 });
});
afterEach(() => azure.assertClean());

const query = async (text: string, more: object = {}) =>
  await askArm("/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01", {
    method: "POST",
    body: { query: text, ...more },
  });
const column = async (text: string, name: string, more: object = {}) =>
  ((await query(text, more)).body.data as readonly Readonly<Record<string, unknown>>[]).map((row) => row[name]);

test("rows have the columns of Resource Graph", async () => {
  const { body } = await query("resources | where name == 'contoso'");
  expect(body).toMatchObject({ totalRecords: 1, count: 1, facets: [], resultTruncated: "false" });
  expect(body.data).toMatchObject([
    {
      name: "contoso",
      type: "microsoft.containerregistry/registries",
      tenantId: small.tenant,
      subscriptionId: small.subscription,
      resourceGroup: "rg",
      location: "westeurope",
      kind: "",
      managedBy: "",
      sku: { name: "Premium" },
      identity: null,
    },
  ]);
});

test("tracked children are resources of their own", async () => {
  expect(
    await column("resources | where type =~ 'microsoft.containerregistry/registries/replications'", "name"),
  ).toEqual(["northeurope"]);
});

test("subscriptions know their management groups", async () => {
  const chains = await column(
    "resourcecontainers | where type == 'microsoft.resources/subscriptions' | order by name asc",
    "properties",
  );
  expect(chains).toMatchObject([
    { managementGroupAncestorsChain: [{ name: "corp" }, { name: small.tenant }] },
    { managementGroupAncestorsChain: [{ name: small.tenant }] },
  ]);
});

describe("role assignments by scope of the query", () => {
  const assignments =
    "authorizationresources | where type =~ 'microsoft.authorization/roleassignments' | project digit = toint(substring(name, 35)) | order by digit asc";
  const digits = async (more: object) => await column(assignments, "digit", more);
  const filter = (authorizationScopeFilter: string) => ({ options: { authorizationScopeFilter } });

  test("a subscription omits what is assigned above it", async () => {
    expect(await digits({ subscriptions: [small.subscription] })).toEqual([1, 2]);
  });

  test("authorizationScopeFilter brings it back", async () => {
    const subscriptions = [small.subscription];
    expect(await digits({ subscriptions, ...filter("AtScopeAboveAndBelow") })).toEqual([1, 2, 3, 4]);
    expect(await digits({ subscriptions, ...filter("AtScopeAndAbove") })).toEqual([2, 3, 4]);
    expect(await digits({ subscriptions, ...filter("AtScopeExact") })).toEqual([2]);
  });

  test("a management group holds its own and its subscriptions' assignments", async () => {
    expect(await digits({ managementGroups: ["corp"] })).toEqual([1, 2, 3]);
  });

  test("no scope at all is the whole tenant", async () => {
    expect(await digits({})).toEqual([1, 2, 3, 4, 5]);
  });

  test("built-in definitions are at the tenant root, which a subscription does not show", async () => {
    const definitions =
      "authorizationresources | where type =~ 'microsoft.authorization/roledefinitions' | project roleName = tostring(properties.roleName)";
    expect(await column(definitions, "roleName", { subscriptions: [small.subscription] })).toEqual(["Image Auditor"]);
    expect(await column(definitions, "roleName", { managementGroups: ["corp"] })).toContain("AcrPull");
  });
});

describe("paging", () => {
  const many = (count: number): World => {
    const world = smallWorld();
    const [first] = world.resources;
    const resources = Array.from({ length: count }, (_, index) => ({
      ...first,
      id: `${first?.id}${index}`,
      type: "Microsoft.ContainerRegistry/registries",
      name: `contoso${index}`,
    }));
    return { ...world, resources, children: {} };
  };

  test("at most 1,000 rows come at once, and the token leads through a snapshot of the rest", async () => {
    azure.load(many(2500), { resourceGraphQuota: 1000 });
    const text = "resources | project id, name | order by id asc";
    const seen: unknown[] = [];
    let token: unknown;
    do {
      const { body } = await query(text, { options: { $skipToken: token } });
      seen.push(...(body.data as readonly unknown[]));
      token = body.$skipToken;
      expect(body.totalRecords).toBe(2500);
      expect(body.resultTruncated).toBe("false");
      azure.world.resources.pop();
    } while (token !== undefined);
    expect(new Set(seen.map((row) => (row as { id: string }).id)).size).toBe(2500);
  });

  test.each(["resources | project name", "resources | project id | take 2400"])(
    "without id, or with take, what does not fit is lost and said to be: %s",
    async (text) => {
      azure.load(many(2500), { resourceGraphQuota: 1000 });
      const { body } = await query(text);
      expect(body).toMatchObject({ count: 1000, resultTruncated: "true" });
      expect(body).not.toHaveProperty("$skipToken");
    },
  );

  test("a token is only good for its own query", async () => {
    const { body } = await query("resources | project id", { options: { $top: 1 } });
    const other = await query("resources | project id, name", { options: { $skipToken: body.$skipToken } });
    expect(other.status).toBe(400);
  });

  test("$top and $skip are honoured, and $top has a limit", async () => {
    expect(
      await column("resources | project id, name | order by name asc", "name", { options: { $top: 2, $skip: 1 } }),
    ).toEqual(["contoso", "logs"]);
    expect((await query("resources", { options: { $top: 1001 } })).status).toBe(400);
  });
});

test("the table format has typed columns", async () => {
  const { body } = await query(
    "resources | where name == 'basic' | project name, admin = tobool(properties.adminUserEnabled)",
    {
      options: { resultFormat: "table" },
    },
  );
  expect(body.data).toEqual({
    columns: [
      { name: "name", type: "string" },
      { name: "admin", type: "boolean" },
    ],
    rows: [["basic", false]],
  });
});

test("a query that does not parse, an unknown table and an unknown column are 400 with details", async () => {
  const details = async (text: string) => {
    const { status, body } = await query(text);
    return [status, ...(body.error as { details: readonly { code: string }[] }).details.map(({ code }) => code)];
  };
  expect(await details("resources | where (")).toEqual(expect.arrayContaining([400, "InvalidQuery", "ParserFailure"]));
  expect(await details("nothing | take 1")).toEqual([400, "InvalidQuery", "DisallowedLogicalTableName"]);
  expect(await details("resources | project nme")).toEqual([400, "InvalidQuery", "InvalidQuery"]);
});

test("fifteen queries fit into five seconds, the sixteenth is throttled without Retry-After", async () => {
  azure.load(smallWorld());
  const answers = await Promise.all(Array.from({ length: 16 }, async () => await query("resources | count")));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(1);
  expect(refused[0]?.headers).not.toHaveProperty("retry-after");
  expect(refused[0]?.headers["x-ms-user-quota-resets-after"]).toMatch(/^00:00:0[1-5]$/);
  expect(refused[0]?.body.error).toMatchObject({ code: "RateLimiting" });
});

test("an identity sees only rows that it may read, and none is not an error", async () => {
  azure.load(smallWorld({ callers: [{ principalId: small.puller, readable: [], graph: true }] }));
  expect((await query("resources")).body).toMatchObject({ totalRecords: 0, data: [] });
  const { status, body } = await query("resources", { subscriptions: [small.subscription] });
  expect(status).toBe(400);
  expect(JSON.stringify(body)).toContain("NoValidSubscriptionsInQueryRequest");
});
