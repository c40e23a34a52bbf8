import { afterEach, describe, expect, test } from "vitest";
import { askArm } from "./ask.ts";
import { child, text } from "./body.ts";
import type { SimulatedAzure } from "./simulate-azure.ts";
import { registryId, small, smallWorld } from "./small-world.ts";
import { useAzure } from "./use-azure.ts";
import type { World } from "./world.ts";
import { delegationBodies } from "./worlds/delegation.ts";
import { eligibleAssignmentBody } from "./worlds/eligible-assignment.ts";

const subscription = `/subscriptions/${small.subscription}`;
const resourceGroup = `${subscription}/resourceGroups/rg`;

let azure: SimulatedAzure;
afterEach(() => azure.assertClean());

async function serve(changes: Partial<World>, settings: Parameters<typeof useAzure>[1] = {}) {
  azure = await useAzure(smallWorld(changes), settings);
}

const code = (body: Readonly<Record<string, unknown>>) => text(body, "error", "code");
const values = (body: Readonly<Record<string, unknown>>) => body.value as readonly Readonly<Record<string, unknown>>[];

describe("eligible assignments", () => {
  const provider = "providers/Microsoft.Authorization/roleEligibilityScheduleInstances";
  const held = (scope: string, principalId: string) =>
    eligibleAssignmentBody({ scope, principalId, role: small.acrPull });
  const at = (scope: string, filter = "", version = "2020-10-01") =>
    askArm(`${scope}/${provider}?api-version=${version}${filter && `&$filter=${encodeURIComponent(filter)}`}`);
  const world = {
    roleEligibilityScheduleInstances: [held(registryId, small.puller), held(subscription, small.group)],
  };
  const scopes = async (scope: string, filter?: string) =>
    values((await at(scope, filter)).body).map((body) => text(body, "properties", "scope"));

  test("are listed at, above and below a scope, and to a principal through its groups", async () => {
    await serve(world);
    expect(await scopes(registryId)).toEqual([subscription, registryId]);
    expect(await scopes(subscription)).toEqual([subscription, registryId]);
    expect(await scopes(subscription, "atScope()")).toEqual([subscription]);
    expect(await scopes(registryId, `assignedTo('${small.puller}')`)).toEqual([subscription, registryId]);
    expect(await scopes(registryId, `principalId eq '${small.puller}'`)).toEqual([registryId]);
    expect(await scopes(registryId, `assignedTo('${small.subscription}')`)).toEqual([]);
  });

  test("come in pages", async () => {
    await serve(world, { pageSize: 1 });
    const first = await at(registryId);
    expect(values(first.body)).toHaveLength(1);
    const next = String(first.body.nextLink).replace("https://management.azure.com", "");
    expect(values((await askArm(next)).body)).toHaveLength(1);
  });

  test("are read one by one, or are not there", async () => {
    await serve(world);
    const [one] = world.roleEligibilityScheduleInstances;
    expect((await askArm(`${one?.id}?api-version=2020-10-01`)).body).toEqual(one);
    expect((await askArm(`${registryId}/${provider}/nobody?api-version=2020-10-01`)).status).toBe(404);
  });

  test("are refused with a filter or a version that is none, and to who may not read there", async () => {
    await serve({ ...world, callers: [{ principalId: small.puller, readable: [resourceGroup], graph: true }] });
    expect(code((await at(registryId, "roleName eq 'x'")).body)).toBe("UnsupportedQuery");
    expect(code((await at(registryId, "", "2015-07-01")).body)).toBe("InvalidResourceType");
    expect((await at(registryId)).status).toBe(200);
    const { status, body } = await at(subscription);
    expect([status, code(body)]).toEqual([403, "AuthorizationFailed"]);
    expect(text(body, "error", "message")).toContain("roleEligibilityScheduleInstances/read");
  });
});

describe("delegations by Azure Lighthouse", () => {
  const provider = "providers/Microsoft.ManagedServices/registrationAssignments";
  const of = (scope: string) =>
    delegationBodies({
      scope,
      managedByTenantId: small.other,
      authorizations: [{ principalId: small.group, role: small.acrPull }],
    });
  const whole = of(subscription);
  const part = of(resourceGroup);
  const world = {
    registrationDefinitions: [whole.definition],
    registrationAssignments: [whole.assignment, part.assignment],
  };
  const at = (scope: string, query = "") => askArm(`${scope}/${provider}?api-version=2022-10-01${query}`);
  const ids = async (scope: string) => values((await at(scope)).body).map((body) => body.id);

  test("are listed where they were made", async () => {
    await serve(world);
    expect(await ids(subscription)).toEqual([whole.assignment.id]);
    expect(await ids(resourceGroup)).toEqual([part.assignment.id]);
    expect(await ids(`/subscriptions/${small.other}`)).toEqual([]);
  });

  test("hold their definition where that is asked for", async () => {
    await serve(world);
    const definition = async (query: string) => {
      const [first] = values((await at(subscription, query)).body);
      return child(first, "properties", "registrationDefinition");
    };
    expect(await definition("")).toBeUndefined();
    expect(await definition("&$expandRegistrationDefinition=true")).toEqual(whole.definition);
  });

  test("are read one by one, or are not there", async () => {
    await serve(world);
    expect((await askArm(`${part.assignment.id}?api-version=2022-10-01`)).body).toMatchObject(part.assignment);
    expect((await askArm(`${subscription}/${provider}/nobody?api-version=2022-10-01`)).status).toBe(404);
    expect((await at(`${subscription}/resourceGroups/nowhere`)).status).toBe(404);
  });

  test("are refused to who may not read there", async () => {
    await serve({ ...world, callers: [{ principalId: small.puller, readable: [resourceGroup], graph: true }] });
    expect((await at(resourceGroup)).status).toBe(200);
    const { status, body } = await at(subscription);
    expect([status, code(body)]).toEqual([403, "AuthorizationFailed"]);
  });
});
