import fc from "fast-check";
import { expect, test } from "vitest";
import { covers, sameScope, scopeLevel } from "../../src/core/scope.ts";
import { groupScope, registryId, subscriptionId, subscriptionScope } from "../facts.ts";

const managementGroup = (name: string) => `/providers/Microsoft.Management/managementGroups/${name}`;
const ancestors = ["MG-Platform", "7e000000-0000-4000-8000-000000000001"];

test.for([
  ["the root", "/", true],
  ["its subscription", subscriptionScope, true],
  ["its resource group", groupScope, true],
  ["itself", registryId, true],
  ["itself with a slash at the end", `${registryId}/`, true],
  ["itself in another case", registryId.toUpperCase(), true],
  ["a management group above", managementGroup("mg-platform"), true],
  ["the tenant's root management group", managementGroup("7E000000-0000-4000-8000-000000000001"), true],
  ["no scope at all", "", false],
  ["a management group elsewhere", managementGroup("mg-plat"), false],
  ["a management group without a name", managementGroup(""), false],
  ["another subscription", "/subscriptions/50000000-0000-4000-8000-000000000002", false],
  ["a resource group whose name begins alike", groupScope.slice(0, -1), false],
  ["a registry whose name begins alike", `${registryId}2`, false],
  ["a registry whose name it begins like", registryId.slice(0, -1), false],
  ["something below it", `${registryId}/replications/westeurope`, false],
  ["the word subscriptions", "/subscriptions", true],
] as const)("a registry is covered by %s: %s", ([, scope, covered]) => {
  expect(covers(scope, registryId, ancestors)).toBe(covered);
});

test("two scopes are one in whatever case, with or without a slash at the end", () => {
  expect(sameScope(registryId, `${registryId.toUpperCase()}/`)).toBe(true);
  expect(sameScope(registryId, `${registryId}2`)).toBe(false);
  expect(sameScope(registryId, groupScope)).toBe(false);
});

const segment = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/);
const path = fc.array(segment, { minLength: 1, maxLength: 8 });
const join = (segments: readonly string[]) => `/${segments.join("/")}`;

test("a scope covers a resource exactly when its segments begin the resource's, whatever their case", () => {
  const related = fc.tuple(path, path, fc.boolean(), fc.boolean()).map(([a, b, below, upper]) => {
    const resource = below ? [...a, ...b] : b;
    return { scope: upper ? a.map((one) => one.toUpperCase()) : a, resource };
  });
  fc.assert(
    fc.property(related, ({ scope, resource }) => {
      const begins = scope.every((one, index) => one.toLowerCase() === resource[index]?.toLowerCase());
      expect(covers(join(scope), join(resource), [])).toBe(begins);
    }),
  );
});

test("a scope covers itself, and of two that cover each other neither is wider", () => {
  fc.assert(
    fc.property(path, path, (a, b) => {
      expect(covers(join(a), join(a), [])).toBe(true);
      if (covers(join(a), join(b), []) && covers(join(b), join(a), []))
        expect(join(a).toLowerCase()).toBe(join(b).toLowerCase());
    }),
  );
});

test("what covers something covers all that is below it", () => {
  fc.assert(
    fc.property(path, path, path, (a, b, c) => {
      const [wide, middle, narrow] = [join(a), join([...a, ...b]), join([...a, ...b, ...c])];
      expect([covers(wide, middle, []), covers(middle, narrow, []), covers(wide, narrow, [])]).toEqual([
        true,
        true,
        true,
      ]);
    }),
  );
});

test.for([
  ["/", "root"],
  [managementGroup("mg"), "managementGroup"],
  [`/subscriptions/${subscriptionId}`, "subscription"],
  [`/subscriptions/${subscriptionId}/`, "subscription"],
  [groupScope, "resourceGroup"],
  [registryId, "resource"],
  [`${registryId}/replications/a`, "resource"],
] as const)("the scope %s is a %s", ([scope, level]) => {
  expect(scopeLevel(scope)).toBe(level);
});
