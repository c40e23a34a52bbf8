import fc from "fast-check";
import { expect, test } from "vitest";
import { parseResourceId, sameId } from "../../src/core/resource-id.ts";
import { groupScope, registryId, subscriptionId, subscriptionScope } from "../facts.ts";

test("reads the parts of a resource's id", () => {
  expect(parseResourceId(registryId)).toEqual({
    subscriptionId,
    resourceGroup: "rg-registries",
    type: "microsoft.containerregistry/registries",
    name: "contoso",
  });
});

test("reads them in whatever case, and keeps the case of names", () => {
  expect(parseResourceId(registryId.toUpperCase())).toEqual({
    subscriptionId,
    resourceGroup: "RG-REGISTRIES",
    type: "microsoft.containerregistry/registries",
    name: "CONTOSO",
  });
});

test("reads a resource below another one", () => {
  expect(parseResourceId(`${registryId}/replications/westeurope`)).toMatchObject({
    type: "microsoft.containerregistry/registries/replications",
    name: "westeurope",
  });
});

test.for([
  "",
  "/",
  subscriptionScope,
  groupScope,
  `${registryId}/`,
  `${registryId}/replications`,
  registryId.slice(1),
  `https://management.azure.com${registryId}`,
  registryId.replace(subscriptionId, "not-a-guid"),
  "/servicePrincipals/10000000-0000-4000-8000-00000000000c",
])("%j is not the id of a resource", (id) => {
  expect(parseResourceId(id)).toBeUndefined();
});

test("reads back what an id was made of", () => {
  const segment = fc.stringMatching(/^[A-Za-z0-9._()-]{1,20}$/);
  fc.assert(
    fc.property(fc.uuid(), segment, segment, segment, (subscription, group, type, name) => {
      const id = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Contoso.Test/${type}/${name}`;
      expect(parseResourceId(id)).toEqual({
        subscriptionId: subscription.toLowerCase(),
        resourceGroup: group,
        type: `contoso.test/${type.toLowerCase()}`,
        name,
      });
    }),
  );
});

test("ids are the same whatever their case", () => {
  expect(sameId("/a/resourceGroups/B", "/A/resourcegroups/b")).toBe(true);
  expect(sameId("/a/b", "/a/b2")).toBe(false);
});
