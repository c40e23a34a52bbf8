import { as } from "../expression.ts";
import type { Relation } from "../relation.ts";
import type { Scope } from "../scope.ts";
import { list, part, type Syntax } from "../syntax.ts";
import { Unsupported } from "../unsupported.ts";
import type { Value } from "../value.ts";
import { at, compileColumns, typeOf } from "./columns.ts";

/** `datatable (a: long, …) [ … ]`. */
export function datatable(node: Syntax, scope: Scope): Relation {
  const columns = columnsOf(node);
  const cells = list(node, "Values").map((each, index) => {
    const column = columns[index % columns.length];
    const expression = scope.compiler.expression(each, scope);
    return column ? as(expression, column.type) : expression.evaluate;
  });
  return {
    columns,
    ingestionTime: undefined,
    rows: (run) => {
      const rows: Value[][] = [];
      for (let from = 0; from < cells.length; from += columns.length) {
        rows.push(cells.slice(from, from + columns.length).map((evaluate) => evaluate(undefined, run)));
      }
      return rows;
    },
  };
}

/** `print a = 1, …`: one row. */
export function print(node: Syntax, scope: Scope): Relation {
  const columns = columnsOf(node);
  const computed = compileColumns(list(node, "Expressions"), scope);
  if (computed.length !== columns.length) throw new Unsupported("this print", node);
  return {
    columns,
    ingestionTime: undefined,
    rows: (run) => [computed.map(({ evaluate }) => evaluate(undefined, run))],
  };
}

/** `range x from a to b step c`. */
export function range(node: Syntax, scope: Scope): Relation {
  const columns = columnsOf(node);
  const type = columns[0]?.type ?? "long";
  const from = as(scope.compiler.expression(part(node, "From"), scope), type);
  const to = as(scope.compiler.expression(part(node, "To"), scope), type);
  const step = scope.compiler.expression(part(node, "Step"), scope).evaluate;
  return {
    columns,
    ingestionTime: undefined,
    rows: (run) => {
      const [first, last, by] = [from(undefined, run), to(undefined, run), step(undefined, run)];
      if (first === null || last === null || by === null || Number(by) === 0) return [];
      const rows: Value[][] = [];
      const forward = Number(by) > 0;
      for (let value = Number(first); forward ? value <= Number(last) : value >= Number(last); value += Number(by)) {
        rows.push([value]);
      }
      return rows;
    },
  };
}

function columnsOf(node: Syntax) {
  return (node.columns ?? []).map((column, index) => ({
    name: column.name,
    type: typeOf(column, node),
    read: at(index),
  }));
}
