import type { Evaluate, Relation, Row } from "../relation.ts";
import type { Scope } from "../scope.ts";
import { list, part, type Syntax } from "../syntax.ts";
import { compareValues, type Value } from "../value.ts";

interface Key {
  readonly evaluate: Evaluate;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** `sort by` and `order by`: stable, descending unless told otherwise. */
export function sort(node: Syntax, input: Relation, scope: Scope): Relation {
  const keys = list(node, "Expressions").map((each) => compileKey(each, scope));
  return { ...input, rows: (run) => sorted(input.rows(run), keys, run) };
}

/** `top n by key`. */
export function top(node: Syntax, input: Relation, scope: Scope): Relation {
  const key = compileKey(part(node, "ByExpression"), scope);
  const { evaluate } = scope.compiler.expression(part(node, "Expression"), scope);
  return {
    ...input,
    rows: (run) => sorted(input.rows(run), [key], run).slice(0, Math.max(0, Number(evaluate(undefined, run)))),
  };
}

function compileKey(node: Syntax, scope: Scope): Key {
  const ordering = node.parts.Ordering;
  const expression = node.kind === "OrderedExpression" ? part(node, "Expression") : node;
  const descending = ordering?.parts.AscOrDescKeyword?.text !== "asc";
  const nulls = ordering?.parts.NullsClause?.parts.FirstOrLastKeyword?.text;
  return {
    evaluate: scope.compiler.expression(expression, scope).evaluate,
    descending,
    nullsFirst: nulls === undefined ? !descending : nulls === "first",
  };
}

function sorted(rows: readonly Row[], keys: readonly Key[], run: Parameters<Evaluate>[1]): readonly Row[] {
  // Keys are read once per row, not once per comparison.
  const entries = rows.map((row) => ({ row, values: keys.map(({ evaluate }) => evaluate(row, run)) }));
  entries.sort((a, b) => {
    for (const [index, key] of keys.entries()) {
      const difference = compare(a.values[index] ?? null, b.values[index] ?? null, key);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return entries.map(({ row }) => row);
}

function compare(a: Value, b: Value, { descending, nullsFirst }: Key): number {
  if (a === null || b === null) {
    if (a === b) return 0;
    return (a === null) === nullsFirst ? -1 : 1;
  }
  return descending ? compareValues(b, a) : compareValues(a, b);
}
