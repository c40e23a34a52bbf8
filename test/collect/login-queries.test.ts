import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { withParameters } from "../../src/azure/logs.ts";
import { ArrivedRow } from "../../src/collect/arrived-failures.ts";
import { LoginFailuresRow } from "../../src/collect/login-failures.ts";
import { arrivedFailuresQuery, loginFailuresQuery } from "../../src/collect/login-queries.ts";
import { checkKql, resultColumns, runKql } from "../azure/kql/run-kql.ts";
import { logTables } from "../azure/log-tables.ts";
import { emptyWorld } from "../azure/worlds/empty-world.ts";
import { contoso, loginWorld } from "../azure/worlds/login-world.ts";

const now = new Date("2026-11-21T09:00:00Z");
const documented = logTables(emptyWorld(), { customerId: undefined }, undefined, now);

/** What the product sends, and what the infrastructure deploys. */
const files = readdirSync("infra/queries").filter((name) => name.endsWith(".kql"));
const queries: Readonly<Record<string, string>> = {
  loginFailures: withParameters(loginFailuresQuery, {}),
  arrivedFailures: withParameters(arrivedFailuresQuery, {}),
  ...Object.fromEntries(files.map((name) => [name, readFileSync(`infra/queries/${name}`, "utf8")])),
};

test.each(Object.entries(queries))("%s fits the documented tables", (_, query) => {
  expect(checkKql(query, documented)).toEqual([]);
});

test.each([
  ["loginFailures", LoginFailuresRow.options],
  ["arrivedFailures", [ArrivedRow]],
] as const)("the columns of %s are those that are read", (name, rows) => {
  const columns = resultColumns(queries[name] ?? "", documented).map((column) => column.name);
  const read = new Set(rows.flatMap(({ shape }) => Object.keys(shape)));
  expect(columns.toSorted()).toEqual([...read].toSorted());
});

test("the alert rule's query stays within what a rule at one minute may hold", () => {
  const query = queries["login-failures.kql"] ?? "";
  const code = query.replace(/\/\/.*$/gm, "");
  expect(code).not.toMatch(/\b(union|take|limit|search|ingestion_time|bag_unpack|pivot|narrow|AggregatedValue)\b/);
  expect(resultColumns(query, documented).map(({ name }) => name)).toEqual(
    expect.arrayContaining(["_ResourceId", "Failures", "TimeGenerated"]),
  );
});

describe("the alert rule's query finds", () => {
  const rowsFor = (status: string) => {
    const world = loginWorld({ logins: [{ time: "2026-11-21T08:50:00Z", identity: "someone" }] });
    const rows = world.logs.ContainerRegistryLoginEvents?.map((row) => ({ ...row, ResultDescription: status }));
    const tables = logTables(
      { ...world, logs: { ContainerRegistryLoginEvents: rows ?? [] } },
      { customerId: contoso.workspaceId },
      undefined,
      now,
    );
    const answer = runKql(queries["login-failures.kql"] ?? "", tables, { now });
    return answer.ok ? answer.rows.length : answer.problems;
  };
  test.each(["401", "403", "429", "500", "301", "something new", ""])("%s", (status) => {
    expect(rowsFor(status)).toBe(1);
  });
  test.each(["200", "201", "204"])("not %s", (status) => {
    expect(rowsFor(status)).toBe(0);
  });
});

test.each([`'); drop table x //`, '"); union ContainerRegistryLoginEvents | take 1 //', "\u0000\u202e`p`", "\\u0022"])(
  "%j goes in as data",
  (identity) => {
    const query = withParameters("print tostring(p.identity)", { identity });
    expect(query.split("\n")[0]).toMatch(/^let p = parse_json\(base64_decode_tostring\("[A-Za-z0-9+/=]*"\)\);$/);
    expect(runKql(query, {}, { now })).toMatchObject({ ok: true, rows: [[identity]] });
  },
);
