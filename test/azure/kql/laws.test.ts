import fc from "fast-check";
import { test } from "vitest";
import { rowsOf, scalarOf } from "./rows-of.ts";
import type { KqlTable } from "./run-kql.ts";

/** Laws that hold over any rows; fast-check prints the seed of a failure. */

const columns = { k: "string", n: "long", t: "datetime", d: "dynamic", i: "long" } as const;

const moment = fc
  .date({ min: new Date("2000-01-01"), max: new Date("2050-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());

const row = fc.record({
  k: fc.oneof(fc.constantFrom("a", "b", "c", "A"), fc.string({ maxLength: 3 })),
  n: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(null)),
  t: fc.oneof(moment, fc.constant(null)),
  d: fc.jsonValue({ maxDepth: 2 }),
});

const table = fc
  .array(row, { maxLength: 20 })
  .map((rows): KqlTable => ({ columns, rows: rows.map((each, i) => ({ ...each, i })) }));

type Answer = ReturnType<typeof rowsOf>;

function same(a: Answer, b: Answer): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function sortedIds(rows: Answer): string {
  return rows
    .map(({ i }) => Number(i))
    .sort((a, b) => a - b)
    .join();
}

function law(name: string, holds: (ask: (query: string) => Answer, rows: KqlTable["rows"]) => boolean) {
  test(name, () => {
    fc.assert(
      fc.property(table, table, (t, u) => holds((query) => rowsOf(query, { t, u }), t.rows)),
      { numRuns: 60 },
    );
  });
}

law("where true changes nothing, where false leaves nothing", (ask) => {
  return same(ask("t | where true"), ask("t")) && ask("t | where false").length === 0;
});

law("a condition, its negation and its null share out the rows", (ask, rows) => {
  const parts = ["n > 0", "not(n > 0)", "isnull(n > 0)"].map((each) => ask(`t | where ${each}`).length);
  return parts.reduce((sum, each) => sum + each, 0) === rows.length;
});

law("counts by key add up to all rows", (ask, rows) => {
  const counts = ask("t | summarize c = count() by k, n");
  return counts.reduce((sum, { c }) => sum + Number(c), 0) === rows.length;
});

law("distinct keys are as many as groups, and dcount counts them", (ask) => {
  const groups = ask("t | summarize count() by k").length;
  return ask("t | distinct k").length === groups && ask("t | summarize c = dcount(k)")[0]?.c === groups;
});

law("take n yields at most n, from the front", (ask, rows) => {
  return same(ask("t | take 3"), ask("t").slice(0, 3)) && ask("t | take 3").length === Math.min(3, rows.length);
});

law("order by permutes, and sorts", (ask) => {
  const sorted = ask("t | order by n asc nulls last, k asc");
  const values = sorted.map(({ n }) => (n === null ? Number.POSITIVE_INFINITY : Number(n)));
  return (
    sortedIds(sorted) === sortedIds(ask("t")) &&
    values.every((n, index) => index === 0 || n >= (values[index - 1] ?? n))
  );
});

law("top is order by and take", (ask) => same(ask("t | top 4 by t desc"), ask("t | order by t desc | take 4")));

law("an inner join finds as many pairs from either side", (ask) => {
  const pairs = ask("t | join kind=inner u on k | count");
  return same(pairs, ask("u | join kind=inner t on k | count"));
});

law("semi and anti join share out the left side", (ask, rows) => {
  const semi = ask("t | join kind=leftsemi u on k");
  const anti = ask("t | join kind=leftanti u on k");
  return semi.length + anti.length === rows.length && same(semi, ask("t | where k in (u | project k)"));
});

law("an outer join is the inner one and the rows without a partner", (ask) => {
  const outer = ask("t | join kind=leftouter u on n").length;
  return outer === ask("t | join kind=inner u on n").length + ask("t | join kind=leftanti u on n").length;
});

law("union counts both sides", (ask, rows) => {
  return ask("union t, u").length === rows.length + ask("u").length && same(ask("union t"), ask("t"));
});

law("project keeps what it names, and extend the rest", (ask) => {
  return same(ask("t | extend x = 1 | project-away x"), ask("t")) && same(ask("t | project k, n, t, d, i"), ask("t"));
});

law("mv-expand undoes make_list", (ask) => {
  const listed = ask(
    "t | where isnotnull(n) | summarize l = make_list(n) | mv-expand l to typeof(long) | project n = l",
  );
  return same(listed, ask("t | where isnotnull(n) | project n"));
});

law("min and max are the ends of the order", (ask) => {
  const [ends] = ask("t | summarize low = min(n), high = max(n)");
  const sorted = ask("t | where isnotnull(n) | order by n asc | project n");
  return (ends?.low ?? null) === (sorted[0]?.n ?? null) && (ends?.high ?? null) === (sorted.at(-1)?.n ?? null);
});

test("any text survives a literal, base64 and JSON", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 20 }), (text) => {
      const base64 = Buffer.from(JSON.stringify({ text })).toString("base64");
      return scalarOf(`tostring(parse_json(base64_decode_tostring("${base64}")).text)`) === text.toWellFormed();
    }),
    { numRuns: 60 },
  );
});

test("has implies contains, and equals implies has", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "B", "1", "-", "é", " "), maxLength: 4 });
  const texts: KqlTable = { columns: { a: "string", b: "string" }, rows: [] };
  fc.assert(
    fc.property(fc.array(fc.record({ a: word, b: word }), { maxLength: 30 }), (rows) => {
      const broken = "t | where (a has b and a !contains b) or (a == b and a !has b) or (a has_cs b and a !has b)";
      return rowsOf(broken, { t: { ...texts, rows } }).length === 0;
    }),
    { numRuns: 60 },
  );
});

test("datetimes survive text, and bins hold what they bin", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ t: moment }), { maxLength: 10 }), (rows) => {
      const broken = `t | where todatetime(tostring(t)) != t or bin(t, 7m) > t or t - bin(t, 7m) >= 7m or (t + 1d) - t != 1d
        or startofday(t) != bin(t, 1d) or datetime_diff('hour', t + 1h, t) != 1`;
      return rowsOf(broken, { t: { columns: { t: "datetime" }, rows } }).length === 0;
    }),
    { numRuns: 60 },
  );
});
