import { describe, expect, test } from "vitest";
import { now } from "./rows-of.ts";
import { checkKql, type KqlTable, resultColumns, runKql } from "./run-kql.ts";

const resources: KqlTable = {
  columns: {
    id: "string",
    type: "string",
    sku: "dynamic",
    properties: "dynamic",
    changed: "datetime",
    n: "long",
    ok: "bool",
  },
  rows: [
    {
      id: "/b",
      type: "Microsoft.ContainerRegistry/registries",
      sku: { name: "Premium" },
      properties: { adminUserEnabled: true, nested: { list: [1, { a: "x" }] } },
      changed: "2026-11-20T09:14:02.118Z",
      n: 3,
      ok: true,
    },
    { id: "/a", type: "microsoft.containerregistry/registries", properties: { adminUserEnabled: "false" } },
  ],
};
const tables = { resources };

describe("what a query answers with", () => {
  test("columns with types, and cells as JSON", () => {
    expect(runKql("resources | extend age = now() - changed", tables, { now })).toEqual({
      ok: true,
      columns: [
        { name: "id", type: "string" },
        { name: "type", type: "string" },
        { name: "sku", type: "dynamic" },
        { name: "properties", type: "dynamic" },
        { name: "changed", type: "datetime" },
        { name: "n", type: "long" },
        { name: "ok", type: "bool" },
        { name: "age", type: "timespan" },
      ],
      rows: [
        [
          "/b",
          "Microsoft.ContainerRegistry/registries",
          { name: "Premium" },
          { adminUserEnabled: true, nested: { list: [1, { a: "x" }] } },
          "2026-11-20T09:14:02.118Z",
          3,
          true,
          "02:45:57.8820000",
        ],
        ["/a", "microsoft.containerregistry/registries", null, { adminUserEnabled: "false" }, null, null, null, null],
      ],
      facts: { limits: false },
    });
  });

  test("a missing text is empty, anything else missing is null", () => {
    const sparse: KqlTable = {
      columns: { s: "string", n: "long", g: "guid" },
      rows: [{}, { s: null, n: "3", g: "AB" }],
    };
    expect(runKql("t", { t: sparse }, { now })).toMatchObject({
      rows: [
        ["", null, null],
        ["", null, "ab"],
      ],
    });
  });

  test.each([
    ["resources | take 1", true],
    ["resources | top 1 by id", true],
    ["resources | limit 1 | project id", true],
    ["resources | sample 1", true],
    ["resources | where id in (resources | take 1 | project id)", true],
    ["resources | where id has 'take'", false],
  ])("says whether %s limits", (query, limits) => {
    expect(runKql(query, tables, { now })).toMatchObject({ ok: true, facts: { limits } });
  });

  test("each run has its own rows and its own now", () => {
    const query = "let e = materialize(t | count); e | extend at = now()";
    const one: KqlTable = { columns: { k: "string" }, rows: [{}] };
    const run = (table: KqlTable, at: string) => runKql(query, { t: table }, { now: new Date(at) });
    expect(run(one, "2026-01-01T00:00:00Z")).toMatchObject({ rows: [[1, "2026-01-01T00:00:00.000Z"]] });
    expect(run({ ...one, rows: [{}, {}] }, "2026-01-02T00:00:00Z")).toMatchObject({
      rows: [[2, "2026-01-02T00:00:00.000Z"]],
    });
  });

  test("the same query over other columns is another query", () => {
    const typed = (type: "long" | "string") =>
      runKql("t | project a", { t: { columns: { a: type }, rows: [] } }, { now });
    expect(typed("long")).toMatchObject({ columns: [{ type: "long" }] });
    expect(typed("string")).toMatchObject({ columns: [{ type: "string" }] });
  });

  test("a column named like a member of every object is just a column", () => {
    const odd = Object.fromEntries([
      ["constructor", "dynamic"],
      ["hasOwnProperty", "string"],
    ] as const);
    const table: KqlTable = { columns: odd, rows: [{}] };
    expect(runKql("t", { t: table }, { now })).toMatchObject({ rows: [[null, ""]] });
  });
});

describe("a query is refused", () => {
  test.each([
    ["for an unknown column", "resources | where idd == 'x'", "KS142", "semantic", 18, 3],
    ["for an unknown table", "resource | take 1", "KS204", "semantic", 0, 8],
    ["for an unknown function", "resources | extend x = tostrin(id)", "KS211", "semantic", 23, 7],
    ["for an unknown operator", "resources | filterr id == 'x'", "KS176", "syntax", 12, 7],
    ["for a missing bracket", "resources | where (id == 'x'", "KS005", "syntax", 28, 0],
    ["for the wrong type", "resources | extend x = bin(changed, '1h')", "KS127", "semantic", 23, 3],
    [
      "for a column that summarize lost",
      "resources | summarize count() by id | project type",
      "KS142",
      "semantic",
      46,
      4,
    ],
    [
      "for comparing a dynamic value with a date",
      "resources | where properties.x > ago(1d)",
      "KS106",
      "semantic",
      31,
      1,
    ],
    ["for ordering by a dynamic value", "resources | order by properties", "KS116", "semantic", 21, 10],
  ])("%s", (_, query, code, kind, start, length) => {
    const answer = runKql(query, tables, { now });
    expect(answer).toMatchObject({ ok: false });
    expect(answer.ok || answer.problems[0]).toMatchObject({ code, kind, start, length, message: expect.any(String) });
  });

  test.each([
    ["resources | evaluate bag_unpack(properties)", "the operator evaluate"],
    ["resources | search 'x'", "the operator search"],
    ["resources | getschema", "the operator getschema"],
    ["resources | reduce by id", "the operator reduce"],
    ["resources | extend x = parse_version(id)", "the function parse_version()"],
    ["resources | summarize hll(id)", "the function hll()"],
    ["resources | extend x = todecimal(n)", "the function todecimal()"],
    ["resources | where * has 'x'", "StarExpression here"],
    ["set notruncation; resources", "SetOptionStatement"],
  ])("when the interpreter lacks something: %s", (query, what) => {
    const problems = checkKql(query, tables);
    expect(problems).toMatchObject([
      { code: "Unsupported", kind: "unsupported", message: expect.stringContaining(what) },
    ]);
  });

  test("for a regular expression RE2 cannot run", () => {
    for (const pattern of ["a(?=b)", "(a)\\\\1", "("]) {
      expect(runKql(`resources | where id matches regex "${pattern}"`, tables, { now })).toMatchObject({
        ok: false,
        problems: [{ kind: "semantic" }],
      });
    }
  });

  test("when a fuzzy union finds no table at all", () => {
    expect(checkKql("union isfuzzy=true a, b", tables)).toMatchObject([{ code: "SEM0100", kind: "semantic" }]);
  });

  test("but positions stay those of the query when a fuzzy branch is left out", () => {
    const query = "union isfuzzy=true (nowhere | take 1), resources | where nope == 1";
    expect(checkKql(query, tables)).toMatchObject([{ code: "KS142", start: query.indexOf("nope"), length: 4 }]);
  });
});

describe("names of tables", () => {
  test("are case-sensitive in Log Analytics and not in Resource Graph", () => {
    expect(runKql("Resources | count", tables, { now })).toMatchObject({ ok: false });
    expect(runKql("Resources | count", tables, { now, caseInsensitiveTables: true })).toMatchObject({ rows: [[2]] });
    expect(checkKql("RESOURCES | join (Resources) on id", tables, { caseInsensitiveTables: true })).toEqual([]);
    expect(checkKql("Resourcess", tables, { caseInsensitiveTables: true })).toMatchObject([{ code: "KS142" }]);
    expect(checkKql("Resources", tables, { caseInsensitiveTables: true })).toEqual([]);
  });
});

describe("Resource Graph queries", () => {
  test("compare and convert dynamic properties", () => {
    const query = `resources
      | where type =~ 'microsoft.containerregistry/registries' and properties.adminUserEnabled == true
      | project id, sku = tostring(sku.name), admin = tobool(properties.adminUserEnabled), deep = properties.nested.list[1].a
      | order by id asc`;
    expect(runKql(query, tables, { now })).toMatchObject({ rows: [["/b", "Premium", true, "x"]] });
  });

  test("find a value under either spelling", () => {
    const query = "resources | extend k = coalesce(properties.Nested, properties.nested) | project k.list[0]";
    expect(runKql(query, tables, { now })).toMatchObject({ rows: [[1], [null]] });
  });
});

test("resultColumns names the columns without running", () => {
  expect(resultColumns("resources | summarize count(), make_set(id) by bin(changed, 1h)", tables)).toEqual([
    { name: "changed", type: "datetime" },
    { name: "count_", type: "long" },
    { name: "set_id", type: "dynamic" },
  ]);
  expect(() => resultColumns("nowhere", tables)).toThrow("KS142");
});

test.for(["first", "second", ""])(
  "a query that carries %j answers of that, whatever the one before carried",
  (carried) => {
    const text = Buffer.from(JSON.stringify({ carried })).toString("base64");
    const query = `let p = parse_json(base64_decode_tostring("${text}"));
    let again = () { tostring(p.carried) };
    print direct = tostring(p.carried), again = again()`;
    expect(runKql(query, {}, { now })).toMatchObject({ rows: [[carried, carried]] });
    const wrong = runKql(`${query}, wrong = nothing`, {}, { now });
    expect(wrong).toMatchObject({ ok: false, problems: [{ start: query.length + ", wrong = ".length }] });
  },
);

test("no row is looked at again, and one that is filtered out no further", () => {
  const looks = { type: 0, changed: 0, properties: 0 };
  const rows = Array.from({ length: 1000 }, (_, index) => ({
    id: `/${index}`,
    get type() {
      looks.type++;
      return index % 2 ? "microsoft.containerregistry/registries" : "x/y";
    },
    get properties() {
      looks.properties++;
      return { nested: { list: [index, { a: `v${index}` }] } };
    },
    get changed() {
      looks.changed++;
      return "2026-11-20T09:14:02.1187730Z";
    },
  }));
  const query = `resources
    | where type =~ 'Microsoft.ContainerRegistry/registries' and changed < now()
    | extend a = tostring(properties.nested.list[1].a), day = startofday(changed)
    | project id, a, n = toint(properties.nested.list[0])`;
  const answer = runKql(query, { resources: { ...resources, rows } }, { now });
  expect(answer.ok && answer.rows.length).toBe(500);
  expect(looks).toEqual({ type: 1000, changed: 1000, properties: 1000 }); // two columns of half of the rows each
});
