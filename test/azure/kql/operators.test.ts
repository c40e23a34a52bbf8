import { describe, expect, test } from "vitest";
import { rowsOf } from "./rows-of.ts";
import { type KqlTable, resultColumns } from "./run-kql.ts";

const logins: KqlTable = {
  columns: { At: "datetime", Who: "string", Code: "long", Extra: "dynamic", Ok: "bool" },
  rows: [
    { At: "2026-11-20T09:00:00Z", Who: "ann", Code: 401, Extra: { tags: ["a", "b"], n: { m: 1 } }, Ok: false },
    { At: "2026-11-20T10:00:00Z", Who: "bob", Code: 200, Extra: { tags: [] }, Ok: true },
    { At: "2026-11-20T11:00:00Z", Who: "ann", Code: null, Extra: null },
  ],
};
const owners: KqlTable = {
  columns: { Who: "string", Team: "string" },
  rows: [
    { Who: "ann", Team: "red" },
    { Who: "ann", Team: "blue" },
    { Who: "eve", Team: "green" },
  ],
};
const tables = { logins, owners };

function column(query: string, name: string): readonly unknown[] {
  return rowsOf(query, tables).map((row) => row[name]);
}

function names(query: string): readonly string[] {
  return resultColumns(query, tables).map(({ name }) => name);
}

describe("where", () => {
  test("keeps rows for which the condition is true, and drops null like false", () => {
    expect(column("logins | where Code != 200", "Code")).toEqual([401, null]);
    expect(column("logins | where Code > 1", "Code")).toEqual([401, 200]);
    expect(column("logins | where not(Code > 1)", "Code")).toEqual([]);
  });

  test("takes a list from another query", () => {
    expect(column("owners | where Who in (logins | where Code == 401 | project Who)", "Team")).toEqual(["red", "blue"]);
    expect(column("owners | where Who !in (logins | project Who)", "Team")).toEqual(["green"]);
  });
});

describe("project and its relatives", () => {
  test("project names, computes and reorders", () => {
    expect(rowsOf("logins | take 1 | project Code, X = Code + 1, strlen(Who), Extra.n.m", tables)).toEqual([
      { Code: 401, X: 402, strlen_Who: 3, Extra_n_m: 1 },
    ]);
  });

  test("project-away, project-keep, project-rename and project-reorder select columns", () => {
    expect(names("logins | project-away Co*, Extra")).toEqual(["At", "Who", "Ok"]);
    expect(names("logins | project-keep Who, At")).toEqual(["At", "Who"]);
    expect(names("logins | project-rename Status = Code")).toEqual(["At", "Who", "Status", "Extra", "Ok"]);
    expect(names("logins | project-reorder Ok, Code")).toEqual(["Ok", "Code", "At", "Who", "Extra"]);
    expect(column("logins | project-rename Status = Code | where Status == 401", "Status")).toEqual([401]);
  });

  test("extend adds, replaces and lets each expression see the input", () => {
    const rows = rowsOf("owners | take 1 | extend Team = strcat(Team, '!'), Was = Team, toupper(Who), 1 + 1", tables);
    expect(rows).toEqual([{ Who: "ann", Team: "red!", Was: "red", Column1: "ANN", Column2: 2 }]);
  });

  test("distinct keeps one row per value", () => {
    expect(column("logins | distinct Who", "Who")).toEqual(["ann", "bob"]);
    expect(rowsOf("owners | project Who | union (owners | project Who) | distinct *", tables)).toHaveLength(2);
  });
});

describe("sort, top, take and count", () => {
  test.each([
    ["order by Code asc", [null, 200, 401]],
    ["order by Code", [401, 200, null]],
    ["order by Code asc nulls last", [200, 401, null]],
    ["order by Code desc nulls first", [null, 401, 200]],
    ["sort by Who asc, Code desc", [401, null, 200]],
    ["top 1 by Code asc nulls last", [200]],
    ["top 2 by Code", [401, 200]],
    ["take 2", [401, 200]],
    ["limit 0", []],
    ["sample 9", [401, 200, null]],
  ])("%s", (operator, codes) => {
    expect(column(`logins | ${operator}`, "Code")).toEqual(codes);
  });

  test("count yields one row", () => {
    expect(rowsOf("logins | where false | count", tables)).toEqual([{ Count: 0 }]);
  });
});

describe("join", () => {
  const pairs = (kind: string) =>
    rowsOf(`logins | join ${kind} owners on Who`, tables).map(
      (row) => `${row.Who}/${row.Code}/${row.Who1}/${row.Team}`,
    );

  test.each([
    ["kind=inner", ["ann/401/ann/red", "ann/401/ann/blue", "ann/null/ann/red", "ann/null/ann/blue"]],
    ["", ["ann/401/ann/red", "ann/401/ann/blue"]],
    ["kind=innerunique", ["ann/401/ann/red", "ann/401/ann/blue"]],
    ["kind=leftouter", ["ann/401/ann/red", "ann/401/ann/blue", "bob/200//", "ann/null/ann/red", "ann/null/ann/blue"]],
    [
      "kind=rightouter",
      ["ann/401/ann/red", "ann/401/ann/blue", "ann/null/ann/red", "ann/null/ann/blue", "/null/eve/green"],
    ],
    [
      "kind=fullouter",
      ["ann/401/ann/red", "ann/401/ann/blue", "bob/200//", "ann/null/ann/red", "ann/null/ann/blue", "/null/eve/green"],
    ],
  ])("%s pairs rows", (kind, expected) => {
    expect(pairs(kind)).toEqual(expected);
  });

  test.each([
    ["leftsemi", "Code", [401, null]],
    ["leftanti", "Code", [200]],
    ["rightsemi", "Team", ["red", "blue"]],
    ["rightanti", "Team", ["green"]],
  ])("kind=%s keeps rows of one side", (kind, name, expected) => {
    expect(column(`logins | join kind=${kind} owners on Who`, name)).toEqual(expected);
  });

  test("joins on differently named and on several columns", () => {
    const people = "(owners | project Person = Who, Team)";
    expect(rowsOf(`logins | join kind=inner ${people} on $left.Who == $right.Person`, tables)).toHaveLength(4);
    expect(rowsOf("owners | join kind=inner owners on Who, Team", tables)).toHaveLength(3);
  });

  test("is case-sensitive and matches no nulls", () => {
    expect(rowsOf("logins | extend Who = toupper(Who) | join kind=inner owners on Who", tables)).toEqual([]);
    expect(rowsOf("logins | join kind=inner (logins | project Code) on Code", tables)).toHaveLength(2);
  });

  test("keys of one column never run into those of the next", () => {
    const side = (a: string, b: string) => `(datatable(a: string, b: string) ['${a}', '${b}'])`;
    expect(rowsOf(`${side("x1:", "y")} | join kind=inner ${side("x", "1:y")} on a, b`)).toEqual([]);
  });

  test("lookup extends the left side without repeating the key", () => {
    expect(names("logins | lookup owners on Who")).toEqual(["At", "Who", "Code", "Extra", "Ok", "Team"]);
    expect(column("logins | lookup owners on Who", "Team")).toEqual(["red", "blue", "", "red", "blue"]);
    expect(column("logins | lookup kind=inner owners on Who", "Team")).toEqual(["red", "blue", "red", "blue"]);
  });
});

describe("union", () => {
  test("aligns columns by name and fills what a side lacks", () => {
    expect(rowsOf("logins | project Who, Code | union owners | where Who == 'ann' and isempty(Code)", tables)).toEqual([
      { Who: "ann", Code: null, Team: "" },
      { Who: "ann", Code: null, Team: "red" },
      { Who: "ann", Code: null, Team: "blue" },
    ]);
  });

  test("kind=inner keeps the shared columns", () => {
    expect(names("union kind=inner logins, owners")).toEqual(["Who"]);
  });

  test("withsource names the table, and a wildcard finds it", () => {
    expect(column("union withsource=From logins, (owners | take 1) | distinct From", "From")).toEqual([
      "logins",
      "union_arg1",
    ]);
    expect(column("union withsource=From own* | distinct From", "From")).toEqual(["owners"]);
  });

  test("a column with two types becomes two columns", () => {
    expect(rowsOf("union (print a = 1), (print a = 'x')")).toEqual([
      { a_long: 1, a_string: "" },
      { a_long: null, a_string: "x" },
    ]);
  });

  test("isfuzzy leaves out tables that do not exist, and leaves no trace of their columns", () => {
    const query = "union isfuzzy=true (nowhere | project Who = A, B), owners, elsewhere | where isnotempty(Who)";
    expect(names(query)).toEqual(["Who", "Team"]);
    expect(rowsOf(query, tables)).toHaveLength(3);
  });
});

describe("mv-expand and mv-apply", () => {
  test("one row per element; null stays a row, an empty array does not", () => {
    expect(rowsOf("logins | mv-expand Tag = Extra.tags | project Who, Tag", tables)).toEqual([
      { Who: "ann", Tag: "a" },
      { Who: "ann", Tag: "b" },
      { Who: "ann", Tag: null },
    ]);
  });

  test("expands several columns in parallel, with an index and a limit", () => {
    const query = "print a = dynamic([1, 2, 3]), b = dynamic(['x']) | mv-expand with_itemindex=i a to typeof(long), b";
    expect(rowsOf(query)).toEqual([
      { a: 1, b: "x", i: 0 },
      { a: 2, b: null, i: 1 },
      { a: 3, b: null, i: 2 },
    ]);
    expect(rowsOf(`${query} limit 1`)).toHaveLength(1);
  });

  test("typeof casts and does not parse", () => {
    expect(rowsOf("print a = dynamic([1, '2']) | mv-expand a to typeof(long)")).toEqual([{ a: 1 }, { a: null }]);
  });

  test("expands a bag into single-entry bags or pairs", () => {
    expect(rowsOf("print a = dynamic({'x': 1, 'y': 2}) | mv-expand a")).toEqual([{ a: { x: 1 } }, { a: { y: 2 } }]);
    expect(rowsOf("print a = dynamic({'x': 1}) | mv-expand kind=array a")).toEqual([{ a: ["x", 1] }]);
  });

  test("mv-apply runs a query per row", () => {
    const data = "datatable(k: string, v: dynamic) ['a', dynamic([1, 5, 3]), 'b', dynamic([2]), 'c', dynamic([])]";
    expect(rowsOf(`${data} | mv-apply x = v to typeof(long) on (top 1 by x) | project k, x`)).toEqual([
      { k: "a", x: 5 },
      { k: "b", x: 2 },
    ]);
    expect(rowsOf(`${data} | mv-apply x = v to typeof(long) on (summarize s = sum(x)) | project k, s`)).toEqual([
      { k: "a", s: 9 },
      { k: "b", s: 2 },
    ]);
  });
});

describe("parse", () => {
  const texts = "datatable(t: string) ['pull a/b took 12 ms', 'nothing']";

  test("extracts typed columns, and empties them when the text does not match", () => {
    expect(rowsOf(`${texts} | parse t with "pull " image " took " ms: long " ms" | project image, ms`)).toEqual([
      { image: "a/b", ms: 12 },
      { image: "", ms: null },
    ]);
  });

  test("parse-where drops what does not match, and a wrong type unmatches", () => {
    expect(rowsOf(`${texts} | parse-where t with * "took " ms: long " " * | project ms`)).toEqual([{ ms: 12 }]);
    expect(rowsOf(`${texts} | parse-where t with "pull " image: long " " *`)).toEqual([]);
  });
});

describe("make-series", () => {
  const query = (rest: string) => `logins | make-series n = count() ${rest}`;

  test("counts into bins from the start, with the default where nothing is", () => {
    const range = "on At from datetime(2026-11-20 08:00) to datetime(2026-11-20 11:00) step 1h";
    expect(rowsOf(query(`default = 0 ${range}`), tables)).toEqual([
      {
        n: [0, 1, 1],
        At: ["2026-11-20T08:00:00.0000000Z", "2026-11-20T09:00:00.0000000Z", "2026-11-20T10:00:00.0000000Z"],
      },
    ]);
    expect(column(query(`default = -1 ${range} by Who`), "n")).toEqual([
      [-1, 1, -1],
      [-1, -1, 1],
    ]);
  });

  test("takes its bounds from the data when none are given", () => {
    expect(column(query("on At step 1h"), "n")).toEqual([[1, 1, 1]]);
  });

  test("of nothing is nothing", () => {
    expect(rowsOf("logins | where false | make-series count() on At step 1h", tables)).toEqual([]);
  });
});

describe("let, functions and sources", () => {
  test("names scalars, tables and functions", () => {
    expect(rowsOf("let n = 2; let t = materialize(logins | take n); t | union t | count", tables)).toEqual([
      { Count: 4 },
    ]);
    expect(
      rowsOf("let times = (x: long, y: long = 2) { let z = x * y; z }; print a = times(4), b = times(4, 3)"),
    ).toEqual([{ a: 8, b: 12 }]);
    const filter = "let only = (t: (Who: string), who: string) { t | where Who == who }; only(owners, 'eve')";
    expect(rowsOf(filter, tables)).toEqual([{ Who: "eve", Team: "green" }]);
    expect(rowsOf("let all = () { logins }; all | count", tables)).toEqual([{ Count: 3 }]);
  });

  test("a function sees the row it is called for", () => {
    expect(column("let twice = (x: long) { x * 2 }; logins | extend d = twice(Code)", "d")).toEqual([802, 400, null]);
  });

  test("toscalar() takes the first cell", () => {
    expect(rowsOf("print n = toscalar(logins | summarize max(Code))", tables)).toEqual([{ n: 401 }]);
    expect(column("logins | where At == toscalar(logins | summarize max(At))", "Code")).toEqual([null]);
  });

  test("datatable, range and print make rows", () => {
    expect(rowsOf("datatable(a: long, b: string) [1, 'x', 2, 'y'] | where a > 1")).toEqual([{ a: 2, b: "y" }]);
    expect(rowsOf("range x from 5 to 1 step -2")).toEqual([{ x: 5 }, { x: 3 }, { x: 1 }]);
    expect(rowsOf("range t from ago(2h) to now() step 1h")).toHaveLength(3);
    expect(rowsOf("print 1, b = 'x'")).toEqual([{ print_0: 1, b: "x" }]);
  });

  test("render changes nothing", () => {
    expect(rowsOf("owners | render table", tables)).toHaveLength(3);
  });
});

describe("ingestion_time()", () => {
  const ingested: KqlTable = {
    columns: { k: "string" },
    rows: [{ k: "a", $IngestionTime: "2026-11-20T09:00:05.1234567Z" }, { k: "b" }],
  };
  const times = (operators: string) =>
    rowsOf(`t ${operators} | extend at = ingestion_time()`, { t: ingested, u: ingested }).map(({ at }) => at);

  test.each(["", "| where k != 'x'", "| extend x = 1", "| order by k asc", "| project-away k", "| serialize"])(
    "is the record's after '%s'",
    (operators) => {
      expect(times(operators)).toEqual(["2026-11-20T09:00:05.1234567Z", null]);
    },
  );

  test.each(["| summarize by k", "| project k", "| distinct k"])("is null after '%s'", (operators) => {
    expect(times(operators)).toEqual([null, null]);
  });

  test("goes through a union", () => {
    expect(times("| union u | where isnotnull(ingestion_time())")).toHaveLength(2);
  });
});
