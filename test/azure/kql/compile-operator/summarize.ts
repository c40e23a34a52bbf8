import type { Accumulator, Aggregate } from "../aggregates.ts";
import type { Column, Expression, Relation, Row, Run } from "../relation.ts";
import type { Scope } from "../scope.ts";
import { list, parameters, part, type Syntax } from "../syntax.ts";
import { Unsupported } from "../unsupported.ts";
import { isArray, type Value, valueKey } from "../value.ts";
import { at, typeOf } from "./columns.ts";

/** `summarize … by …`. */
export function summarize(node: Syntax, input: Relation, scope: Scope): Relation {
  for (const name of parameters(node).keys()) {
    if (!name.startsWith("hint.")) throw new Unsupported(`summarize ${name}=`, node);
  }
  const by = node.parts.ByClause ? list(node.parts.ByClause, "Expressions") : [];
  const keys = by.map((each) => scope.compiler.expression(each, scope));
  const outputs = list(node, "Aggregates");
  const { aggregates, expressions } = compileAggregates(outputs, keys.length, scope);
  const named = node.columns ?? [];
  const width = keys.length + outputs.reduce((sum, each) => sum + yields(each), 0);
  if (named.length !== width) throw new Unsupported("this summarize", node);
  return {
    columns: named.map((column, index): Column => ({ name: column.name, type: typeOf(column, node), read: at(index) })),
    ingestionTime: undefined,
    rows: (run) => {
      const groups = group(input.rows(run), keys, aggregates, run);
      // Without keys there is always one row, even over nothing.
      if (keys.length === 0 && groups.length === 0) groups.push(start([], aggregates));
      return groups.map((each) => finish(each, expressions, outputs, run));
    },
  };
}

/** `count`: one row with the number of rows. */
export function countRows(node: Syntax, input: Relation): Relation {
  return {
    columns: (node.columns ?? []).map((column) => ({ name: column.name, type: "long", read: at(0) })),
    ingestionTime: undefined,
    rows: (run) => [[input.rows(run).length]],
  };
}

/** How many columns an aggregate expression yields. */
function yields(node: Syntax): number {
  const inner = node.kind.endsWith("NamedExpression") ? part(node, "Expression") : node;
  return inner.type === undefined && inner.columns !== undefined ? inner.columns.length : 1;
}

/** Aggregates may stand inside expressions (`count() > 0`): these read the results, which follow the keys. */
export function compileAggregates(nodes: readonly Syntax[], offset: number, scope: Scope) {
  const aggregates: Aggregate[] = [];
  const inner: Scope = { ...scope, columns: new Map(scope.columns), aggregates: { found: aggregates, offset } };
  const expressions = nodes.map((node) =>
    scope.compiler.expression(node.kind.endsWith("NamedExpression") ? part(node, "Expression") : node, inner),
  );
  return { aggregates, expressions };
}

export interface Group {
  readonly keys: readonly Value[];
  readonly accumulators: readonly Accumulator[];
}

export function start(keys: readonly Value[], aggregates: readonly Aggregate[]): Group {
  return { keys, accumulators: aggregates.map((begin) => begin()) };
}

function group(rows: readonly Row[], keys: readonly Expression[], aggregates: readonly Aggregate[], run: Run): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const values = keys.map(({ evaluate }) => evaluate(row, run));
    const key = values.map(valueKey).join("\u0000");
    let found = groups.get(key);
    if (found === undefined) {
      found = start(values, aggregates);
      groups.set(key, found);
    }
    for (const { add } of found.accumulators) add(row, run);
  }
  return [...groups.values()];
}

function finish(
  { keys, accumulators }: Group,
  expressions: readonly Expression[],
  outputs: readonly Syntax[],
  run: Run,
): readonly Value[] {
  const results = [...keys, ...accumulators.map(({ result }) => result(run))];
  const row: Value[] = [...keys];
  for (const [index, { evaluate }] of expressions.entries()) {
    const value = evaluate(results, run);
    const output = outputs[index];
    if (output !== undefined && yields(output) > 1 && isArray(value)) row.push(...value);
    else row.push(value);
  }
  return row;
}
