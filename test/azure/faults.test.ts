import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { ManagedIdentityCredential } from "@azure/identity";
import { beforeEach, expect, test } from "vitest";
import { armHost, ask, askArm, askGraph, tokenFor } from "./ask.ts";
import { text } from "./body.ts";
import type { SimulatedAzure } from "./simulate-azure.ts";
import { registryId, small, smallWorld } from "./small-world.ts";
import { useAzure } from "./use-azure.ts";

let azure: SimulatedAzure;
beforeEach(async () => {
  azure = await useAzure(smallWorld());
});

const registryPath = `${registryId}?api-version=2025-11-01`;
const tokensPath = `${registryId}/tokens?api-version=2025-11-01`;
const graphQuery = async (query: string, options: object = {}) =>
  await askArm("/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01", {
    method: "POST",
    body: { query, options },
  });

test("a fault ends when it is disposed", async () => {
  {
    using _ = azure.fault({ path: "/registries/contoso" }, { kind: "notFound" });
    expect((await askArm(registryPath)).status).toBe(404);
  }
  expect((await askArm(registryPath)).status).toBe(200);
});

test("it starts after some requests, ends after some more, and meets only what it matches", async () => {
  azure.fault(
    { api: "arm", method: "get", host: "management.azure.com", path: /CONTOSO$/i, after: 1, times: 1 },
    { kind: "forbidden" },
  );
  const statuses: number[] = [];
  for (let index = 0; index < 3; index++) statuses.push((await askArm(registryPath)).status);
  expect(statuses).toEqual([200, 403, 200]);
  expect((await askArm(tokensPath)).status).toBe(200);
});

test("forbidden and not found speak the language of the service", async () => {
  azure.fault({}, { kind: "forbidden" });
  const token = "irrelevant";
  expect(text((await ask(`${armHost}${registryPath}`, { token })).body, "error", "code")).toBe("AuthorizationFailed");
  expect(text((await ask("https://graph.microsoft.com/v1.0/groups", { token })).body, "error", "code")).toBe(
    "Authorization_RequestDenied",
  );
});

test("throttled comes with Retry-After only when asked", async () => {
  azure.fault({ path: "/registries/contoso", times: 1 }, { kind: "throttled", retryAfter: 7 });
  expect(await askArm(registryPath)).toMatchObject({ status: 429, headers: { "retry-after": "7" } });
  azure.fault({ path: "/registries/contoso", times: 1 }, { kind: "throttled" });
  expect((await askArm(registryPath)).headers).not.toHaveProperty("retry-after");
});

test("the SDK retries a throttled request after the time it was told", async () => {
  azure.fault({ path: "/registries/contoso", times: 1 }, { kind: "throttled", retryAfter: 0 });
  const client = new ContainerRegistryManagementClient(new ManagedIdentityCredential(), small.subscription);
  expect((await client.registries.get("rg", "contoso")).name).toBe("contoso");
});

test.each([500, 503] as const)("a server error can be %s", async (status) => {
  azure.fault({ api: "arm" }, { kind: "serverError", status });
  expect((await askArm(registryPath)).status).toBe(status);
});

test("reset closes the connection without an answer", async () => {
  azure.fault({ api: "arm" }, { kind: "reset" });
  await expect(askArm(registryPath)).rejects.toThrow();
  expect(azure.requests.at(-1)?.status).toBe(0);
});

test("slow lets others go first and then answers", async () => {
  azure.fault({ path: /\/contoso$/i }, { kind: "slow", milliseconds: 300 });
  const answers: string[] = [];
  const asked = [registryPath, tokensPath].map(async (path) => {
    const { status } = await askArm(path);
    answers.push(`${path}: ${status}`);
  });
  await Promise.all(asked);
  expect(answers).toEqual([`${tokensPath}: 200`, `${registryPath}: 200`]);
});

test("truncated ends in the middle of the body", async () => {
  azure.fault({ api: "arm" }, { kind: "truncated" });
  await expect(askArm(registryPath)).rejects.toThrow();
});

test("html is a page with 200, which one SDK client takes for an empty list", async () => {
  azure.fault({ api: "arm" }, { kind: "html" });
  const client = new AuthorizationManagementClient(new ManagedIdentityCredential(), small.subscription);
  expect(await Array.fromAsync(client.roleAssignments.listForScope(registryId))).toEqual([]);
});

test("a list ends with an empty page", async () => {
  azure.fault({ path: "/tokens" }, { kind: "emptyLastPage" });
  const { body } = await askArm(tokensPath);
  expect(body.value).toHaveLength(2);
  const token = await tokenFor(`${armHost}/`);
  expect((await ask(String(body.nextLink), { token })).body).toEqual({ value: [] });

  azure.fault({ api: "resourceGraph" }, { kind: "emptyLastPage" });
  const first = await graphQuery("resources | project id");
  const last = await graphQuery("resources | project id", { $skipToken: first.body.$skipToken });
  expect(last.body).toMatchObject({ count: 0, data: [] });

  azure.fault({ api: "graph" }, { kind: "emptyLastPage" });
  const groups = await askGraph("/groups");
  const graphToken = await tokenFor("https://graph.microsoft.com");
  expect((await ask(String(groups.body["@odata.nextLink"]), { token: graphToken })).body.value).toEqual([]);
});

test("a link to another host is there to be refused, and who follows it is found out", async () => {
  azure.fault({ path: "/tokens" }, { kind: "foreignNextLink" });
  const client = new ContainerRegistryManagementClient(new ManagedIdentityCredential(), small.subscription);
  await expect(Array.fromAsync(client.tokens.list("rg", "contoso"))).rejects.toThrow();
  expect(azure.requests.at(-1)).toMatchObject({ api: "foreign", host: "evil.example", authorized: true });
  expect(() => azure.assertClean()).toThrow("evil.example");
});

test("a link to itself gives the same page again", async () => {
  azure.fault({ path: "/tokens" }, { kind: "selfNextLink" });
  const first = await askArm(tokensPath);
  const again = await ask(String(first.body.nextLink), { token: await tokenFor(`${armHost}/`) });
  expect(again.body).toEqual(first.body);

  azure.fault({ api: "resourceGraph" }, { kind: "selfNextLink" });
  const options = { $top: 1 };
  const page = await graphQuery("resources | project id", options);
  const second = await graphQuery("resources | project id", { ...options, $skipToken: page.body.$skipToken });
  const third = await graphQuery("resources | project id", { ...options, $skipToken: second.body.$skipToken });
  expect(third.body.data).toEqual(second.body.data);
});

test("ids and closed words change their case, names and the world do not", async () => {
  azure.fault({ api: "arm" }, { kind: "changedCase" });
  const { body } = await askArm(registryPath);
  expect(body).toMatchObject({
    id: registryId.toLowerCase(),
    name: "contoso",
    properties: { roleAssignmentMode: "legacyregistrypermissions" },
  });
  expect(azure.world.resources[0]?.id).toBe(registryId);
});

test("a property is missing from every item", async () => {
  azure.fault({ api: "arm" }, { kind: "dropProperty", path: "properties.status" });
  const { body } = await askArm(tokensPath);
  for (const item of body.value as readonly unknown[]) expect(text(item, "properties", "status")).toBeUndefined();
});

test("Resource Graph loses rows and says so", async () => {
  azure.fault({ api: "resourceGraph" }, { kind: "resultTruncated" });
  const { body } = await graphQuery("resources | project id");
  expect(body).toMatchObject({ resultTruncated: "true", count: 3, totalRecords: 5 });
});
