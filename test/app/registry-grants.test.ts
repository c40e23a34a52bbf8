import fc from "fast-check";
import { expect, test } from "vitest";
import { indexGrants } from "../../src/app/grant-index.ts";
import { cutRegistryGrants, grantsOfRegistries } from "../../src/app/registry-grants.ts";
import { known, missing } from "../../src/core/collected.ts";
import type { Grant } from "../../src/core/facts.ts";
import { covers } from "../../src/core/scope.ts";
import {
  acrPull,
  acrPush,
  forbidden,
  grant,
  groupScope,
  registryId,
  subscriptionId,
  subscriptionScope,
} from "../facts.ts";

const ancestors = ["mg-platform", "MG-Root"];

/** What a worker reads of a slice that was cut for the subscription and written as JSON. */
function through(grants: readonly Grant[]) {
  const slice = cutRegistryGrants(indexGrants(grants, new Map()))(subscriptionId, ancestors);
  if (!slice.known) return expect.unreachable();
  return { slice: slice.value, of: grantsOfRegistries(known(JSON.parse(JSON.stringify(slice.value)))) };
}

const scopes = [
  ...["/", "", "/providers/Microsoft.Management/managementGroups/mg-root", subscriptionScope, groupScope, registryId],
  ...[
    "/providers/Microsoft.Management/managementGroups/mg-other",
    `${registryId}2`,
    `${groupScope}2`,
    `${registryId}/`,
  ],
  ...[
    `${subscriptionScope.slice(0, -1)}2`,
    registryId.toUpperCase(),
    `${registryId}/tokens/a`,
    `${subscriptionScope}/`,
  ],
];

test("a registry gets exactly the grants whose scope covers it", () => {
  const anyGrant = fc
    .record({ scope: fc.constantFrom(...scopes), role: fc.constantFrom(acrPull, acrPush, forbidden), id: fc.uuid() })
    .map(grant);
  fc.assert(
    fc.property(fc.uniqueArray(anyGrant, { selector: ({ id }) => id, maxLength: 12 }), (grants) => {
      const found = through(grants).of(registryId);
      const covering = grants.filter(({ scope }) => covers(scope, registryId, ancestors));
      if (!found.known) throw new Error("the grants are known");
      expect(new Set(found.value)).toEqual(new Set(covering));
      expect(found.value).toHaveLength(covering.length);
    }),
  );
});

test("a role is written once, however many hold it, and shared again by the reader", () => {
  const { slice, of } = through([grant(), grant({ id: "b", scope: groupScope }), grant({ id: "c", role: acrPush })]);
  expect(Object.keys(slice.roles)).toHaveLength(2);
  const found = of(registryId);
  const roles = found.known ? found.value.map(({ role }) => role) : [];
  expect(new Set(roles).size).toBe(2);
});

test("what lies elsewhere is not in the slice", () => {
  const elsewhere = [
    `${subscriptionScope.slice(0, -1)}2`,
    `${groupScope}/providers/Microsoft.Compute/virtualMachines/vm`,
  ];
  expect(through(elsewhere.map((scope) => grant({ scope }))).slice).toEqual({ roles: {}, grants: [] });
});

test("grants that could not be read stay a gap", () => {
  expect(grantsOfRegistries(missing(forbidden))(registryId)).toEqual(missing(forbidden));
});
