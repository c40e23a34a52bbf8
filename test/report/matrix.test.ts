import { expect, test } from "vitest";
import { noChanges, noOutcomes } from "../../src/app/run-counts.ts";
import { canPull } from "../../src/core/can-pull.ts";
import { known } from "../../src/core/collected.ts";
import type { GrantRow } from "../../src/core/grant-row.ts";
import type { MatrixCell } from "../../src/core/pull-matrix.ts";
import type { UnitResult } from "../../src/core/run.ts";
import { noUsage } from "../../src/core/usage.ts";
import { renderCanPull } from "../../src/report/can-pull.ts";
import { page } from "../../src/report/html/page.ts";
import { need, now, puller, registry, vantage } from "../facts.ts";
import { type HtmlElement, readHtml } from "./read-html.ts";
import { reportOf, run } from "./sample-report.ts";

const cell = (changes: Partial<MatrixCell> = {}): MatrixCell => ({
  ...{ pullerId: "/shop", puller: "shop", kind: "aks", registryId: "/contoso", registry: "contoso" },
  ...{ login: "managedIdentity", answer: "allow", reason: "allowed", assignmentIds: ["/a"], learned: ["tag"] },
  ...changes,
});
const result = (matrix: readonly MatrixCell[], grantRows: readonly GrantRow[] = []): UnitResult => ({
  ...{ unitId: "u", name: "u", outcomes: noOutcomes, changes: noChanges, coverage: [], usage: noUsage },
  state: "done",
  seconds: { collect: 0, evaluate: 0, store: 0 },
  matrix,
  grantRows,
});
const report = (matrix: readonly MatrixCell[], grantRows: readonly GrantRow[] = []) =>
  reportOf([], {
    results: [result(matrix, grantRows)],
    run: { ...run, inventory: { ...run.inventory, pairs: { allow: 7, deny: 90, unknown: 3 } } },
  });

test("who cannot pull stands first, then who may or may not, each with its reason", () => {
  const { matrix } = report([
    cell(),
    cell({ puller: "orders", answer: "unknown", reason: "password-not-visible" }),
    cell({ puller: "billing", answer: "deny", reason: "not-attached" }),
  ]);
  expect(matrix.cells.map(({ puller: name }) => name)).toEqual(["billing", "orders", "shop"]);
  expect(matrix).toMatchObject({ counts: { allow: 1, deny: 1, unknown: 1 }, omitted: 0, pairs: { deny: 90 } });
});

test("of very many cells the report holds the worst, and says how many it leaves out", () => {
  const many = Array.from({ length: 5_010 }, (_, index) => cell({ puller: `p${index}` }));
  const { matrix } = report([...many, cell({ puller: "z", answer: "deny", reason: "no-grant" })]);
  expect(matrix.cells).toHaveLength(5_000);
  expect(matrix.cells[0]?.puller).toBe("z");
  expect(matrix).toMatchObject({ omitted: 11, counts: { allow: 5_010, deny: 1 } });
});

test("the page shows the matrix as a table, with hostile names as text", () => {
  const html = page(report([cell({ puller: "<img src=x>", answer: "deny", reason: "ip-not-allowed" })]));
  const elements = readHtml(html);
  expect(elements.find(({ name, text }) => name === "tr" && text.includes("<img src=x>"))?.text).toMatch(
    /cannot.*cluster.*contoso.*ip-not-allowed.*No IP rule allows/s,
  );
  const sidecar = page(report([cell({ containers: ["log"], answer: "deny", reason: "no-credential" })]));
  expect(readHtml(sidecar).some(({ name, text }) => name === "th" && text === "shop (container log) cluster")).toBe(
    true,
  );
  expect(html).toMatch(/grants alone allow 7, refuse 90 and leave 3 open/);
});

const row = (changes: Partial<GrantRow> = {}): GrantRow => ({
  ...{ pullerId: "/SHOP", puller: "shop", kind: "aks", otherwise: "no-grant", omitted: 0 },
  cells: [{ registryId: "/fabrikam", registry: "fabrikam", answer: "allow", reason: "allowed" }],
  ...changes,
});

const isGrid = ({ attributes }: HtmlElement) => attributes.get("class") === "scroll grid";

test("a grid sets what is needed apart from what grants allow beside it, and leaves the rest empty", () => {
  const refused = cell({ pullerId: "/web", puller: "web", kind: "webApp", answer: "deny", reason: "no-grant" });
  const unnamed = row({ pullerId: "/job", puller: "job", otherwise: "identity-not-known", cells: [] });
  const ignored = {
    registryId: "/adventure",
    registry: "adventure",
    answer: "deny",
    reason: "abac-ignores-role",
  } as const;
  const rows = [row({ cells: [...row().cells, ignored] }), unnamed];
  const grid = readHtml(page(report([cell(), refused], rows))).find(isGrid);
  const lines = grid?.text.split("\n").map((line) => line.replace(/\s+/g, " ").trim());
  expect(lines?.filter((line) => line !== "").slice(-3)).toEqual([
    "job cluster?not needed, not known: identity-not-known?not needed, not known: identity-not-known",
    "shop cluster✓needed, can: allowed✓not needed, granted: allowed",
    "web web app✕needed, cannot: no-grant",
  ]);
  expect(grid?.text).toMatch(/contoso\s*fabrikam/);
  expect(grid?.text).not.toContain("adventure"); // nobody needs it and nobody may
});

test("one workload or one registry needs no grid", () => {
  expect(readHtml(page(report([cell()], [row()]))).some(isGrid)).toBe(false);
  expect(readHtml(page(report([cell(), cell({ pullerId: "/b" })]))).some(isGrid)).toBe(false);
  expect(readHtml(page(report([cell(), cell({ pullerId: "/b" })], [row()]))).some(isGrid)).toBe(true);
});

test("a grid too large to take in shows its first rows and columns and says so", () => {
  const many = Array.from({ length: 70 }, (_, index) =>
    cell({ pullerId: `/p${index}`, puller: `p${index}`, registryId: `/r${index}`, registry: `r${index}` }),
  );
  const grid = readHtml(page(report(many))).find(isGrid);
  expect(grid?.text).toContain("The first 60 of 70 workloads and 40 of 70 registries.");
});

test("a page without workloads has no such section", () => {
  expect(page(report([]))).not.toContain('id="matrix"');
});

test("an answer for a terminal is made of lines that nothing in them can break", () => {
  const hostile = puller({ name: "sh\u001b[2Jop\nallow: allowed" });
  const text = renderCanPull(
    canPull({ puller: hostile, need: need({ grants: known([]) }), vantage: known(vantage()), now }),
  );
  expect(text).toMatch(/^deny: not-attached\n/);
  expect(text).not.toContain("\u001b");
  expect(text).not.toMatch(/^allow: allowed$/m);
});

test("an answer says how the need is known and what it rests on, in lines of at most 100 columns besides ids", () => {
  const old = puller({ armTokenPools: ["old"] });
  const refusing = known(registry({ takesArmTokens: { value: false, said: true } }));
  const asked = need({ registry: refusing, learned: ["tag"], repositories: ["shop/cart"] });
  const text = renderCanPull(canPull({ puller: old, need: asked, vantage: known(vantage()), now }));
  expect(text).toMatch(/\nNeeds it by +its tag acraudit-registries\nRepositories +shop\/cart\nFacts +/);
  expect(text).toMatch(/ oldPools: old\n/);
  const [prose = ""] = text.split("\n\n  az ");
  const long = prose.split("\n").filter((line) => line.length > 100);
  expect(long.filter((line) => line.trim().includes(" "))).toEqual([]);
});
