import { expect, test } from "vitest";
import { known, missing } from "../../src/core/collected.ts";
import { decide } from "../../src/core/permission.ts";
import { cellsOf, pullMatrix } from "../../src/core/pull-matrix.ts";
import { tenantOfGrants } from "../bench/tenant-of-grants.ts";
import {
  forbidden,
  kubeletId,
  need,
  now,
  permissions,
  pullerSnapshot,
  registryId,
  registrySnapshot,
  subscriptionScope,
} from "../facts.ts";

const unnamed = {
  id: "unnamed",
  principalId: missing(forbidden),
  managedIdentity: true,
  tenantId: "",
  elsewhere: "other-tenant",
} as const;
const tenant = tenantOfGrants({ clusters: 40, registries: 60, assignments: 600 });

test("the matrix of everybody and everything is what is decided of each pair by itself", () => {
  const matrix = pullMatrix(tenant);
  const found = { allow: 0, deny: 0, unknown: 0 };
  tenant.pullers.forEach(({ principalId, managedIdentity }, puller) => {
    tenant.registries.forEach((registry, position) => {
      if (!principalId.known) return;
      const { own, groups } = tenant.heldBy(principalId.value);
      const grants = [...own, ...groups.flat()];
      const shared = { operation: "pull", principalId: principalId.value, managedIdentity } as const;
      const { ancestors = [], denials } = registry;
      const { answer, reason } = decide({ ...shared, registry, ancestors, denials, grants, unreadGroups: [] });
      expect(matrix.at(puller, position)).toEqual({ answer, reason });
      found[answer]++;
    });
  });
  expect(matrix.counts).toEqual(found);
  expect(Math.min(...Object.values(found))).toBeGreaterThan(0);
});

test("deny assignments, groups that nobody could read, other tenants and unknown identities count", () => {
  const [registry, other] = tenant.registries;
  if (!registry || !other) return expect.unreachable("the tenant has registries");
  const own = { id: "g", principalId: kubeletId, principalType: "ServicePrincipal", scope: subscriptionScope };
  const role = { id: "r", name: "Owner", permissions: [permissions({ actions: ["*"] })] };
  const denial = {
    ...{ id: "d", name: "stack", scope: `${subscriptionScope}/resourceGroups/locked`, appliesToChildScopes: true },
    permissions: [permissions({ actions: ["*"] })],
    principals: [{ id: kubeletId, type: "ServicePrincipal" }],
    ...{ everyone: false, excludedPrincipals: [] },
  };
  const at = (group: string, tenantId = "t") => ({
    id: `${subscriptionScope}/resourceGroups/${group}/providers/Microsoft.ContainerRegistry/registries/${group}`,
    roleAssignmentMode: "LegacyRegistryPermissions" as const,
    ...{ ancestors: [], tenantId, denials: known([denial]) },
  });
  const group = { ...own, id: "u", principalId: "group", role: known(role) };
  const puller = {
    id: "c",
    principalId: known(kubeletId),
    managedIdentity: true,
    tenantId: "t",
    elsewhere: "other-tenant",
  } as const;
  const multitenant = { ...puller, managedIdentity: false, elsewhere: "identity-not-known" } as const;
  const matrix = pullMatrix({
    pullers: [
      puller,
      { ...puller, principalId: known("nobody") },
      { ...puller, principalId: missing(forbidden) },
      multitenant,
    ],
    registries: [at("open"), at("locked"), at("foreign", "t2")],
    heldBy: (id) => ({ own: id === kubeletId ? [{ ...own, role: known(role) }] : [], groups: [] }),
    unreadGroups: [group],
  });
  const row = (index: number) => [0, 1, 2].map((position) => matrix.at(index, position).reason);
  expect(row(0)).toEqual(["allowed", "denied-by-deny-assignment", "other-tenant"]);
  expect(row(1)).toEqual(["groups-not-known", "groups-not-known", "other-tenant"]);
  expect(row(2)).toEqual(["identity-not-known", "identity-not-known", "identity-not-known"]);
  expect(row(3)).toEqual(["allowed", "denied-by-deny-assignment", "identity-not-known"]);
});

test("a row and its exceptions say the same as its cells", () => {
  const registries = [...tenant.registries.keys()];
  const matrix = pullMatrix({ ...tenant, pullers: [...tenant.pullers, unnamed] });
  for (const puller of [...tenant.pullers.keys(), tenant.pullers.length]) {
    const { otherwise, except } = matrix.row(puller);
    const exceptions = new Set(except);
    for (const registry of registries) {
      const { reason } = matrix.at(puller, registry);
      expect(reason === otherwise).toBe(!exceptions.has(registry));
    }
  }
  expect(matrix.row(tenant.pullers.length)).toEqual({ otherwise: "identity-not-known", except: [] });
});

test("a registry of another tenant, even the first, does not speak for the row of an application of several", () => {
  const at = (name: string, tenantId: string) => ({
    id: registryId.replace(/[^/]+$/, name),
    roleAssignmentMode: "LegacyRegistryPermissions" as const,
    ...{ ancestors: [], tenantId, denials: known([]) },
  });
  const application = { ...unnamed, managedIdentity: false, tenantId: "t", elsewhere: "identity-not-known" } as const;
  const matrix = pullMatrix({
    pullers: [{ ...application, principalId: known("nobody") }, application],
    registries: [at("foreign", "t2"), at("one", "t"), at("other", "t")],
    heldBy: () => ({ own: [], groups: [] }),
    unreadGroups: [],
  });
  expect(matrix.row(0)).toEqual({ otherwise: "no-grant", except: [0] });
  expect(matrix.row(1)).toEqual({ otherwise: "identity-not-known", except: [] });
});

test("a cell is made for each registry that a workload needs, and none for what is no workload", () => {
  const needs = [need(), need({ registryId: `${registryId}2`, registryName: "fabrikam", grants: known([]) })];
  const cells = cellsOf([registrySnapshot(), pullerSnapshot({ needs })], now);
  expect(cells).toMatchObject([
    { puller: "shop", registry: "contoso", login: "managedIdentity", answer: "allow", reason: "allowed" },
    { puller: "shop", registry: "fabrikam", answer: "deny", reason: "not-attached", assignmentIds: [] },
  ]);
});
