import type { Relation, Row } from "../relation.ts";
import { columnMap } from "../relation.ts";
import type { Scope } from "../scope.ts";
import { part, type Syntax } from "../syntax.ts";
import { Unsupported } from "../unsupported.ts";
import { throughFirst, wrapped } from "./columns.ts";
import { compileExpansion } from "./mv-expand.ts";

/** `mv-apply x = … on ( … )`: runs a query over the elements of each row. */
export function mvApply(node: Syntax, input: Relation, scope: Scope): Relation {
  const { expand, columns } = compileExpansion(node, input, scope);
  const cell = scope.compiler.cell();
  const context: Relation = { columns, ingestionTime: undefined, rows: (run) => run.cells[cell] as readonly Row[] };
  const subquery = part(part(node, "Subquery"), "Expression");
  const result = scope.compiler.relation(subquery, { ...scope, context });
  const outer = columnMap(wrapped(input.columns));
  const expanded = new Set(columns.map(({ name }) => name).filter((name) => !outer.has(name)));
  const inner = columnMap(result.columns.map((column) => ({ ...column, read: throughSecond(column.read) })));
  return {
    columns: (node.columns ?? []).map(({ name }) => {
      const column = expanded.has(name) ? inner.get(name) : (outer.get(name) ?? inner.get(name));
      if (column === undefined) throw new Unsupported(`the column ${name} here`, node);
      return column;
    }),
    ingestionTime: input.ingestionTime && throughFirst(input.ingestionTime),
    rows: (run) =>
      input.rows(run).flatMap((row) => {
        const elements = expand(row, run);
        // Nothing to expand leaves no subtable, so that even `summarize` yields no row.
        if (elements.length === 0) return [];
        run.cells[cell] = elements;
        return result.rows(run).map((own) => [row, own]);
      }),
  };
}

function throughSecond(read: (row: Row) => ReturnType<Relation["columns"][number]["read"]>) {
  return (row: Row) => read((row as readonly Row[])[1]);
}
