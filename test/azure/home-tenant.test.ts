import { expect, test } from "vitest";
import { clouds } from "../../src/azure/cloud.ts";
import { connect } from "../../src/azure/connection.ts";
import { homeTenant } from "../../src/azure/home-tenant.ts";
import { createMeter } from "../../src/azure/meter.ts";
import { auditor, azureWith } from "../audit.ts";
import { pullIds, pullWorld } from "./worlds/pull-world.ts";

/** What a credential hands on, whatever Microsoft Entra made of it. */
function connectionWith(token: string) {
  const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  return connect(clouds.AzureCloud, credential, createMeter());
}

const claims = (given: object) => `h.${Buffer.from(JSON.stringify(given)).toString("base64url")}.s`;

test("the tenant is the one that the identity's token names, without a request that counts", async () => {
  const azure = await azureWith(pullWorld({}));
  const before = azure.requests.length;
  expect(await homeTenant(auditor().connect(createMeter()))).toBe(pullIds.tenantId);
  expect(azure.requests.slice(before).filter(({ api }) => api === "arm" || api === "graph")).toEqual([]);
});

test("its case does not matter", async () => {
  expect(await homeTenant(connectionWith(claims({ tid: pullIds.tenantId.toUpperCase() })))).toBe(pullIds.tenantId);
});

test.each([
  ["no claim", claims({ oid: pullIds.tenantId })],
  ["a claim that is no id", claims({ tid: "contoso" })],
  ["no claims", "h"],
  ["claims that are encrypted", "a.b.c.d.e"],
  ["nothing", ""],
])("a token with %s is an error, never a tenant without a name", async (_, token) => {
  await expect(homeTenant(connectionWith(token))).rejects.toMatchObject({ name: "AzureError", reason: "malformed" });
});

test("a credential without a token is one too", async () => {
  const credential = { getToken: async () => null };
  const connection = connect(clouds.AzureCloud, credential, createMeter());
  await expect(homeTenant(connection)).rejects.toMatchObject({ name: "AzureError" });
});
