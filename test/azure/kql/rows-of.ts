import { type KqlProblem, type KqlTable, runKql } from "./run-kql.ts";

/** The moment all queries of the tests run at. */
export const now = new Date("2026-11-20T12:00:00.000Z");

/** The rows a query answers with, by column name; a query that is refused fails the test. */
export function rowsOf(
  query: string,
  tables: Readonly<Record<string, KqlTable>> = {},
): readonly Readonly<Record<string, unknown>>[] {
  const answer = runKql(query, tables, { now });
  if (!answer.ok) throw new Error(describe(answer.problems));
  return answer.rows.map((row) => Object.fromEntries(answer.columns.map(({ name }, index) => [name, row[index]])));
}

/** The value of a scalar expression. */
export function scalarOf(expression: string): unknown {
  return rowsOf(`print value = ${expression}`)[0]?.value;
}

function describe(problems: readonly KqlProblem[]): string {
  return problems.map(({ code, kind, message }) => `${code} (${kind}): ${message}`).join("\n");
}
