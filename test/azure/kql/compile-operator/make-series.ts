import { converter } from "../convert.ts";
import { binDatetime } from "../datetime.ts";
import { as } from "../expression.ts";
import type { Column, Evaluate, Relation, Run } from "../relation.ts";
import type { ScalarType } from "../scalar-type.ts";
import type { Scope } from "../scope.ts";
import { list, parameters, part, type Syntax } from "../syntax.ts";
import { Unsupported } from "../unsupported.ts";
import { type Value, valueKey } from "../value.ts";
import { at, typeOf } from "./columns.ts";
import { compileAggregates, type Group, start } from "./summarize.ts";

/** `make-series a = agg() default = … on axis from … to … step … by keys`: one row per key, arrays over the axis. */
export function makeSeries(node: Syntax, input: Relation, scope: Scope): Relation {
  const always = parameters(node).get("kind")?.text === "nonempty";
  const axisNode = part(part(node, "OnClause"), "Expression");
  const axisExpression = axisNode.kind === "SimpleNamedExpression" ? part(axisNode, "Expression") : axisNode;
  const axis = scope.compiler.expression(axisExpression, scope);
  const by = node.parts.ByClause ? list(node.parts.ByClause, "Expressions") : [];
  const keys = by.map((each) => scope.compiler.expression(each, scope));
  const bounds = compileBounds(part(node, "RangeClause"), axis.type, scope);
  const items = list(node, "Aggregates");
  const { aggregates, expressions } = compileAggregates(
    items.map((each) => part(each, "Expression")),
    0,
    scope,
  );
  const defaults = items.map((each) => compileDefault(each, scope));
  const show = converter(axis.type, "dynamic");
  const elementsOf = expressions.map(({ type }) => converter(type, "dynamic"));
  const named = node.columns ?? [];
  if (named.length !== keys.length + items.length + 1) throw new Unsupported("this make-series", node);

  return {
    columns: named.map((column, index): Column => ({ name: column.name, type: typeOf(column, node), read: at(index) })),
    ingestionTime: undefined,
    rows: (run) => {
      const rows = input.rows(run);
      const points = rows.map((row) => axis.evaluate(row, run));
      const { from, to, step, count } = bounds(points, run);
      const lines = new Map<string, { readonly keys: readonly Value[]; readonly groups: (Group | undefined)[] }>();
      const line = (values: readonly Value[]) => {
        const key = values.map(valueKey).join("\u0000");
        const known = lines.get(key) ?? { keys: values, groups: [] };
        lines.set(key, known);
        return known;
      };
      for (const [index, row] of rows.entries()) {
        const point = points[index] ?? null;
        if (point === null || Number(point) < from || Number(point) >= to) continue;
        const { groups } = line(keys.map(({ evaluate }) => evaluate(row, run)));
        const bin = Math.floor((Number(point) - from) / step);
        groups[bin] ??= start([], aggregates);
        for (const { add } of groups[bin].accumulators) add(row, run);
      }
      if (always && keys.length === 0 && lines.size === 0) line([]);
      const steps = Array.from({ length: count }, (_, index) => from + index * step);
      const axisValues = steps.map((value) => (show ? show(value) : value));
      return [...lines.values()].map(({ keys: values, groups }) => [
        ...values,
        ...expressions.map(({ evaluate }, item) =>
          steps.map((_, index) => {
            const group = groups[index];
            if (group === undefined) return defaults[item]?.(undefined, run) ?? null;
            const results = group.accumulators.map(({ result }) => result(run));
            const value = evaluate(results, run);
            return elementsOf[item]?.(value) ?? value;
          }),
        ),
        axisValues,
      ]);
    },
  };
}

/** Points without rows get the default, which is 0. */
function compileDefault(node: Syntax, scope: Scope): Evaluate {
  const given = node.parts.DefaultExpression?.parts.Expression;
  return given ? as(scope.compiler.expression(given, scope), "dynamic") : () => 0;
}

interface Bounds {
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly step: number;
  readonly count: number;
}

function compileBounds(clause: Syntax, type: ScalarType, scope: Scope): (points: readonly Value[], run: Run) => Bounds {
  if (clause.kind !== "MakeSeriesFromToStepClause") throw new Unsupported("make-series … in range()", clause);
  const compile = (name: string): Evaluate | undefined => {
    const node = clause.parts[name]?.parts.Expression;
    return node && scope.compiler.expression(node, scope).evaluate;
  };
  const from = compile("MakeSeriesFromClause");
  const to = compile("MakeSeriesToClause");
  const step = compile("MakeSeriesStepClause");
  return (points, run) => {
    const size = Number(step?.(undefined, run) ?? 1);
    const present = points.filter((point) => point !== null).map(Number);
    const low = present.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const high = present.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const lowBin = type === "datetime" ? binDatetime(low, size) : Math.floor(low / size) * size;
    const first = Number(from?.(undefined, run) ?? lowBin);
    const last = Number(to?.(undefined, run) ?? high + 1);
    const count = size > 0 && last > first && Number.isFinite(last - first) ? Math.ceil((last - first) / size) : 0;
    return { from: first, to: last, step: size, count };
  };
}
