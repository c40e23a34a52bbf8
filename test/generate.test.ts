import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { catalog, loadCollectors, unionOf } from "../.ci/catalog.ts";

const collectors = await loadCollectors(catalog("src/collect"));
const union = unionOf(collectors);

test("every collector has the name of its file as its id", () => {
  expect(collectors.length).toBeGreaterThan(0);
  expect(collectors.filter(({ id, file }) => id !== file)).toEqual([]);
});

test.for(collectors)("$name declares permissions that only read", ({ name, permissions }) => {
  const named = [...permissions.actions, ...(permissions.graph ?? [])];
  expect(named.length > 0).toBe(name !== "homeTenant"); // which the identity's own token names
  for (const action of permissions.actions) expect(action).toMatch(/^Microsoft\.\w+(?:\/\w+)+\/read$/);
  for (const permission of permissions.graph ?? []) expect(permission).toMatch(/^\w+\.Read\.All$/);
});

test("the page of permissions lists the union", () => {
  const page = readFileSync("docs/permissions.md", "utf8");
  for (const name of [...union.actions, ...union.graph]) expect(page).toContain(`- \`${name}\``);
});
