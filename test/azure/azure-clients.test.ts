import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { ResourceGraphClient } from "@azure/arm-resourcegraph";
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createPipelineFromOptions,
  createPipelineRequest,
} from "@azure/core-rest-pipeline";
import { ClientSecretCredential, ManagedIdentityCredential } from "@azure/identity";
import { LogsQueryClient, LogsQueryResultStatus } from "@azure/monitor-query";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SimulatedAzure } from "./simulate-azure.ts";
import { registryId, small, smallWorld } from "./small-world.ts";
import { useAzure } from "./use-azure.ts";

let azure: SimulatedAzure;
let credential: ManagedIdentityCredential;
beforeEach(async () => {
  azure = await useAzure(smallWorld(), { now: () => new Date("2026-01-01T12:00:00Z") });
  credential = new ManagedIdentityCredential();
});
afterEach(() => azure.assertClean());

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  return await Array.fromAsync(items);
}

describe("the unmodified client of", () => {
  test("container registries reads registries, tokens, replications and usages", async () => {
    const client = new ContainerRegistryManagementClient(credential, small.subscription);
    expect((await all(client.registries.list())).map(({ name }) => name)).toEqual(["contoso", "basic"]);
    expect(await client.registries.get("rg", "contoso")).toMatchObject({
      loginServer: "contoso.azurecr.io",
      roleAssignmentMode: "LegacyRegistryPermissions",
    });
    expect((await all(client.tokens.list("rg", "contoso"))).map(({ name }) => name)).toEqual(["edge", "depot"]);
    expect(await all(client.scopeMaps.list("rg", "contoso"))).toEqual([]);
    expect(await all(client.replications.list("rg", "contoso"))).toHaveLength(1);
    expect((await client.registries.listUsages("rg", "contoso")).value).toContainEqual(
      expect.objectContaining({ name: "Tokens" }),
    );
    await expect(client.registries.get("rg", "gone")).rejects.toMatchObject({
      statusCode: 404,
      code: "ResourceNotFound",
    });
  });

  test("container registries walks pages", async () => {
    azure.load(smallWorld(), { pageSize: 1 });
    const client = new ContainerRegistryManagementClient(credential, small.subscription);
    expect(await all(client.registries.listByResourceGroup("rg"))).toHaveLength(2);
    expect(azure.requests.filter(({ api }) => api === "arm")).toHaveLength(2);
  });

  test("authorization lists assignments and definitions", async () => {
    const client = new AuthorizationManagementClient(credential, small.subscription);
    expect(await all(client.roleAssignments.listForScope(registryId, { filter: "atScope()" }))).toHaveLength(4);
    expect(await all(client.roleAssignments.listForSubscription())).toHaveLength(4);
    expect(
      await client.roleAssignments.getById(
        `${registryId}/providers/Microsoft.Authorization/roleAssignments/88888888-0000-4000-8000-000000000001`,
      ),
    ).toMatchObject({ principalId: small.puller });
    expect(await client.roleDefinitions.get(registryId, small.acrPull)).toMatchObject({ roleName: "AcrPull" });
    expect(await all(client.denyAssignments.listForScope(registryId))).toHaveLength(1);
  });

  test("Resource Graph queries", async () => {
    const client = new ResourceGraphClient(credential);
    const { data, totalRecords } = await client.resources({
      query: "resources | where type endswith '/registries' | project name | order by name asc",
    });
    expect([data, totalRecords]).toEqual([[{ name: "basic" }, { name: "contoso" }], 2]);
  });

  test("Log Analytics queries a workspace and a resource", async () => {
    const client = new LogsQueryClient(credential);
    const query =
      "ContainerRegistryLoginEvents | project TimeGenerated, ResultDescription, at = ingestion_time() | order by TimeGenerated asc";
    const result = await client.queryWorkspace(small.workspace, query, { duration: "PT1H30M" });
    if (result.status !== LogsQueryResultStatus.Success) throw new Error("not a full answer");
    // The row of 10:00 is out of the timespan, the one of 11:59 has not been ingested yet.
    expect(result.tables[0]?.rows).toEqual([
      [new Date("2026-01-01T11:00:00Z"), "401", new Date("2026-01-01T11:01:00Z")],
    ]);
    const workspaceId = registryId.replace(
      "Microsoft.ContainerRegistry/registries/contoso",
      "Microsoft.OperationalInsights/workspaces/logs",
    );
    expect(
      await client.queryResource(workspaceId, "ContainerRegistryLoginEvents | count", { duration: "P1D" }),
    ).toMatchObject({ status: "Success" });
  });

  test("Log Analytics names what is wrong with a query", async () => {
    const client = new LogsQueryClient(credential);
    const ask = async (query: string) => await client.queryWorkspace(small.workspace, query, { duration: "P1D" });
    await expect(ask("ContainerRegistryLoginEvents | project Identty")).rejects.toMatchObject({
      statusCode: 400,
      code: "BadArgumentError",
    });
    await expect(client.queryWorkspace(small.tenant, "print 1", { duration: "P1D" })).rejects.toMatchObject({
      statusCode: 404,
      code: "WorkspaceNotFoundError",
    });
  });

  test("Microsoft Graph over core-rest-pipeline", async () => {
    const pipeline = createPipelineFromOptions({});
    pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: "https://graph.microsoft.com/.default" }));
    const url = "https://graph.microsoft.com/v1.0/applications?$select=id,appId,passwordCredentials&$top=999";
    const response = await pipeline.sendRequest(createDefaultHttpClient(), createPipelineRequest({ url }));
    expect(JSON.parse(response.bodyAsText ?? "").value).toHaveLength(2);
  });
});

describe("identity", () => {
  test("a user-assigned identity of the world can be asked for by its client id", async () => {
    const token = await new ManagedIdentityCredential({ clientId: small.pullerApp }).getToken(
      "https://management.azure.com/.default",
    );
    expect(JSON.parse(Buffer.from(token.token.split(".")[1] ?? "", "base64url").toString())).toMatchObject({
      oid: small.puller,
      tid: small.tenant,
    });
  });

  test("an identity that the app does not have is refused", async () => {
    const unknown = new ManagedIdentityCredential({ clientId: small.tenant });
    await expect(unknown.getToken("https://management.azure.com/.default")).rejects.toThrow();
  });

  test("a service principal signs in with a secret, over instance discovery, and reads", async () => {
    const secret = new ClientSecretCredential(small.tenant, small.pullerApp, "secret");
    const client = new ResourceGraphClient(secret);
    expect((await client.resources({ query: "resources | count" })).totalRecords).toBe(1);
    expect(azure.requests.at(-1)?.principal).toBe(small.puller);
  });

  test.each([
    [small.pullerApp, "wrong", "AADSTS7000215"],
    [small.expiredApp, "secret", "AADSTS7000222"],
    [small.tenant, "secret", "AADSTS700016"],
  ])("a sign-in of %s with %s fails with %s", async (clientId, secret, code) => {
    const credential = new ClientSecretCredential(small.tenant, clientId, secret);
    await expect(credential.getToken("https://management.azure.com/.default")).rejects.toThrow(code);
  });

  test("a tenant or a resource that does not exist is named", async () => {
    const token = async (tenant: string, scope: string) =>
      await new ClientSecretCredential(tenant, small.pullerApp, "s").getToken(scope);
    await expect(token(small.other, "https://management.azure.com/.default")).rejects.toThrow();
    await expect(token(small.tenant, "https://nothing.example/.default")).rejects.toThrow("AADSTS500011");
  });
});
