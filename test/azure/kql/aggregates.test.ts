import { expect, test } from "vitest";
import { rowsOf } from "./rows-of.ts";

const data = `datatable(k: string, n: long, t: datetime, d: dynamic) [
  'a', 1, datetime(2026-01-01), dynamic(['x', 'y']),
  'a', 3, datetime(2026-01-03), dynamic(['y']),
  'b', 3, datetime(2026-01-02), dynamic({'p': 1}),
  'b', long(null), datetime(null), dynamic(null)]`;

const cases: readonly (readonly [aggregate: string, overAll: unknown, overNothing: unknown])[] = [
  ["count()", 4, 0],
  ["countif(n == 3)", 2, 0],
  ["dcount(n)", 2, 0],
  ["dcountif(n, k == 'b')", 1, 0],
  ["count_distinct(k)", 2, 0],
  ["sum(n)", 7, 0],
  ["sumif(n, k == 'a')", 4, 0],
  ["avg(n)", 7 / 3, null],
  ["avgif(n, k == 'a')", 2, null],
  ["min(n)", 1, null],
  ["max(t)", "2026-01-03T00:00:00.000Z", null],
  ["min(k)", "a", ""],
  ["minif(t, k == 'b')", "2026-01-02T00:00:00.000Z", null],
  ["maxif(n, n < 3)", 1, null],
  ["make_list(n)", [1, 3, 3], []],
  ["make_list(n, 2)", [1, 3], []],
  ["make_list_if(n, k == 'a')", [1, 3], []],
  ["make_list_with_nulls(n)", [1, 3, 3, null], []],
  ["make_set(n)", [1, 3], []],
  ["make_set(n, 1)", [1], []],
  ["make_set(k)", ["a", "b"], []],
  ["make_set(d)", ["x", "y", { p: 1 }], []],
  ["make_set(t)", ["2026-01-01T00:00:00.0000000Z", "2026-01-03T00:00:00.0000000Z", "2026-01-02T00:00:00.0000000Z"], []],
  ["make_set_if(n, k == 'b')", [3], []],
  ["make_bag(d)", { p: 1 }, {}],
  ["make_bag(bag_pack(k, n))", { a: 1, b: 3 }, {}],
  ["take_any(k)", "a", ""],
  ["any(n)", 1, null],
  ["arg_max(n, k)", 3, null],
  ["percentile(n, 50)", 3, null],
  ["percentile(n, 1)", 1, null],
  ["percentiles_array(n, 1, 99)", [1, 3], [null, null]],
  ["stdev(n)", Math.sqrt(4 / 3), 0],
  ["stdevp(n)", Math.sqrt(8 / 9), 0],
  ["variance(n)", 4 / 3, 0],
];

test.each(cases)("%s is %j, and %j over nothing", (aggregate, overAll, overNothing) => {
  const values = [data, `${data} | where false`].map(
    (source) => Object.values(rowsOf(`${source} | summarize ${aggregate}`)[0] ?? {})[0],
  );
  const [all, none] = values;
  if (typeof overAll === "number") expect(all).toBeCloseTo(overAll, 10);
  else expect(all).toEqual(overAll);
  expect(none).toEqual(overNothing);
});

test("groups by expressions and names what is not named", () => {
  expect(rowsOf(`${data} | summarize n = sum(n), count(), dcount(t) by k, Big = n > 2`)).toEqual([
    { k: "a", Big: false, n: 1, count_: 1, dcount_t: 1 },
    { k: "a", Big: true, n: 3, count_: 1, dcount_t: 1 },
    { k: "b", Big: true, n: 3, count_: 1, dcount_t: 1 },
    { k: "b", Big: null, n: 0, count_: 1, dcount_t: 0 },
  ]);
});

test("with keys, nothing makes no groups", () => {
  expect(rowsOf(`${data} | where false | summarize count() by k`)).toEqual([]);
});

test("without aggregates the groups are the distinct keys", () => {
  expect(rowsOf(`${data} | summarize by k`)).toEqual([{ k: "a" }, { k: "b" }]);
});

test("aggregates stand inside expressions", () => {
  expect(
    rowsOf(`${data} | summarize Some = count() > 3, Share = round(100.0 * countif(k == 'a') / count(), 1)`),
  ).toEqual([{ Some: true, Share: 50 }]);
});

test("arg_max and arg_min carry columns along, and keep the first of equals", () => {
  expect(rowsOf(`${data} | summarize arg_max(n, *)`)).toEqual([
    { n: 3, k: "a", t: "2026-01-03T00:00:00.000Z", d: ["y"] },
  ]);
  expect(rowsOf(`${data} | summarize arg_min(n, Who = k) by k`)).toMatchObject([
    { k: "a", n: 1 },
    { k: "b", n: 3 },
  ]);
});

test("percentiles yields one column per percentile", () => {
  expect(rowsOf("range x from 1 to 100 step 1 | summarize percentiles(x, 50, 95, 99), max(x)")).toEqual([
    { percentile_x_50: 50, percentile_x_95: 95, percentile_x_99: 99, max_x: 100 },
  ]);
});

test("take_any over several columns takes one row", () => {
  expect(rowsOf(`${data} | summarize take_any(n, k)`)).toEqual([{ n: 1, k: "a" }]);
});
