import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { catalog, loadCollectors, unionOf } from "../.ci/catalog.ts";

const collectors = await loadCollectors(catalog("src/collect"));
const union = unionOf(collectors);

test("every file that collects exports collectors with its own name as their id", () => {
  const files = catalog("src/collect").ids.filter((id) => id !== "collector");
  expect([...new Set(collectors.map(({ file }) => file))].sort()).toEqual(files);
  expect(collectors.filter(({ id, file }) => id !== file)).toEqual([]);
});

test.for(collectors)("$name declares permissions that only read", ({ permissions }) => {
  expect([...permissions.actions, ...(permissions.graph ?? [])].length).toBeGreaterThan(0);
  for (const action of permissions.actions) expect(action).toMatch(/^Microsoft\.\w+(?:\/\w+)+\/read$/);
  for (const permission of permissions.graph ?? []) expect(permission).toMatch(/^\w+\.Read\.All$/);
});

test("the page of permissions lists the union", () => {
  const page = readFileSync("docs/permissions.md", "utf8");
  for (const name of [...union.actions, ...union.graph]) expect(page).toContain(`- \`${name}\``);
});
