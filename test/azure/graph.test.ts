import { afterEach, beforeEach, expect, test } from "vitest";
import { ask, askArm, askGraph, tokenFor } from "./ask.ts";
import { text } from "./body.ts";
import type { SimulatedAzure } from "./simulate-azure.ts";
import { small, smallWorld } from "./small-world.ts";
import { useAzure } from "./use-azure.ts";

let azure: SimulatedAzure;
beforeEach(async () => {
  azure = await useAzure(smallWorld());
});

const names = async (path: string, headers = {}) =>
  ((await askGraph(path, { headers })).body.value as readonly unknown[]).map((item) => text(item, "displayName"));

afterEach((context) => {
  if (!context.task.name.startsWith("no secret")) azure.assertClean();
});

test("applications have their credentials without the secret, and no federated ones", async () => {
  const { body } = await askGraph(`/applications(appId='${small.pullerApp}')`);
  expect(body).toMatchObject({
    appId: small.pullerApp,
    passwordCredentials: [{ hint: "abc", secretText: null }],
    keyCredentials: [],
  });
  expect(body).not.toHaveProperty("federatedIdentityCredentials");
});

test("federated credentials are a list of their own", async () => {
  expect(
    (await askGraph("/applications/66666666-0000-4000-8000-000000000001/federatedIdentityCredentials")).body.value,
  ).toMatchObject([{ name: "github" }]);
});

test("$select shows just what is asked and refuses what does not exist", async () => {
  const { body } = await askGraph("/servicePrincipals?$select=id,displayName&$top=1");
  expect(body.value).toEqual([{ id: small.puller, displayName: "puller" }]);
  expect((await askGraph("/servicePrincipals?$select=nothing")).status).toBe(400);
});

test.each([
  [`appId eq '${small.pullerApp}'`, ["puller"]],
  ["startswith(displayName,'EXP')", ["expired"]],
  ["startswith(displayName,'EXP') or displayName eq 'puller'", ["puller", "expired"]],
  [`appId in ('${small.pullerApp}','${small.expiredApp}') and not (displayName eq 'puller')`, ["expired"]],
  [`servicePrincipalNames/any(n:n eq '${small.expiredApp}')`, ["expired"]],
])("$filter: %s", async (filter, expected) => {
  expect(await names(`/servicePrincipals?$filter=${encodeURIComponent(filter)}`)).toEqual(expected);
});

test("a filter that Graph does not have is refused", async () => {
  const { status, body } = await askGraph("/applications?$filter=displayName like 'x'");
  expect([status, text(body, "error", "code")]).toEqual([400, "Request_UnsupportedQuery"]);
});

test("pages are linked, and counted only for eventual consistency", async () => {
  const { body } = await askGraph("/applications?$top=1&$count=true", { headers: { consistencylevel: "eventual" } });
  expect(body["@odata.count"]).toBe(2);
  const next = await ask(String(body["@odata.nextLink"]), { token: await tokenFor("https://graph.microsoft.com") });
  expect(next.body.value).toHaveLength(1);
  expect(next.body).not.toHaveProperty("@odata.nextLink");
  expect((await askGraph("/applications?$count=true")).body).not.toHaveProperty("@odata.count");
});

test("groups give their members only as a relation, through other groups if asked", async () => {
  expect((await askGraph(`/groups/${small.group}`)).body).not.toHaveProperty("members");
  expect(await names(`/groups/${small.outerGroup}/members`)).toEqual(["Pullers"]);
  expect(await names(`/groups/${small.outerGroup}/transitiveMembers`)).toEqual(["Pullers", "puller", "Ann"]);
  const cast = await askGraph(
    `/groups/${small.outerGroup}/transitiveMembers/microsoft.graph.servicePrincipal?$select=id`,
  );
  expect(cast.body.value).toEqual([{ id: small.puller }]);
});

test("membership can be asked from the member's side", async () => {
  const path = `/servicePrincipals/${small.puller}/getMemberGroups`;
  const { body } = await askGraph(path, { method: "POST", body: { securityEnabledOnly: false } });
  expect(body.value).toEqual([small.group, small.outerGroup]);
  expect(await names(`/servicePrincipals/${small.puller}/transitiveMemberOf`)).toEqual(["Pullers", "All"]);
});

test("getByIds leaves out what does not exist", async () => {
  const ids = [small.puller, small.group, "00000000-0000-0000-0000-00000000dead"];
  const { body } = await askGraph("/directoryObjects/getByIds", {
    method: "POST",
    body: { ids, types: ["servicePrincipal"] },
  });
  expect(body.value).toMatchObject([{ "@odata.type": "#microsoft.graph.servicePrincipal", id: small.puller }]);
});

test("what is missing, forbidden or asked with a token for ARM is answered as Graph does", async () => {
  const missing = await askGraph("/applications/00000000-0000-0000-0000-00000000dead");
  expect([missing.status, text(missing.body, "error", "code")]).toEqual([404, "Request_ResourceNotFound"]);
  expect(missing.body.error).toHaveProperty("innerError.request-id");
  const audience = await askGraph("/applications", { token: await tokenFor("https://management.azure.com") });
  expect([audience.status, text(audience.body, "error", "code")]).toEqual([401, "InvalidAuthenticationToken"]);
  azure.load(smallWorld({ callers: [{ principalId: small.puller, readable: "all", graph: false }] }));
  const denied = await askGraph("/applications");
  expect([denied.status, text(denied.body, "error", "code")]).toEqual([403, "Authorization_RequestDenied"]);
  expect((await askArm("/subscriptions?api-version=2022-12-01")).status).toBe(200);
});

test("no secret is made", async () => {
  const path = "/applications/66666666-0000-4000-8000-000000000001/addPassword";
  expect((await askGraph(path, { method: "POST", body: {} })).status).toBe(403);
  expect(azure.secretCalls).toHaveLength(1);
});
