import type { Aggregate } from "../aggregates.ts";
import { converter } from "../convert.ts";
import { binDatetime } from "../datetime.ts";
import { as } from "../expression.ts";
import type { Column, Evaluate, Expression, Relation, Row, Run } from "../relation.ts";
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
  const series = compileSeries(node, scope);
  const named = node.columns ?? [];
  if (named.length !== series.width) throw new Unsupported("this make-series", node);
  return {
    columns: named.map((column, index): Column => ({ name: column.name, type: typeOf(column, node), read: at(index) })),
    ingestionTime: undefined,
    rows: (run) => {
      const rows = input.rows(run);
      const points = rows.map((row) => series.axis.evaluate(row, run));
      const bounds = series.bounds(points, run);
      const lines = collect(rows, points, bounds, series, run);
      if (always && series.keys.length === 0 && lines.length === 0) lines.push({ keys: [], groups: [] });
      return lines.map((line) => draw(line, bounds, series, run));
    },
  };
}

interface Series {
  readonly axis: Expression;
  readonly keys: readonly Expression[];
  readonly bounds: (points: readonly Value[], run: Run) => Bounds;
  readonly aggregates: readonly Aggregate[];
  readonly expressions: readonly Expression[];
  readonly defaults: readonly Evaluate[];
  readonly width: number;
}

function compileSeries(node: Syntax, scope: Scope): Series {
  const axisNode = part(part(node, "OnClause"), "Expression");
  const inner = axisNode.kind === "SimpleNamedExpression" ? part(axisNode, "Expression") : axisNode;
  const axis = scope.compiler.expression(inner, scope);
  const by = node.parts.ByClause ? list(node.parts.ByClause, "Expressions") : [];
  const items = list(node, "Aggregates");
  return {
    axis,
    keys: by.map((each) => scope.compiler.expression(each, scope)),
    bounds: compileBounds(part(node, "RangeClause"), axis.type, scope),
    ...compileAggregates(
      items.map((each) => part(each, "Expression")),
      0,
      scope,
    ),
    defaults: items.map((each) => compileDefault(each, scope)),
    width: by.length + items.length + 1,
  };
}

/** One row of the answer: a group per bin of the axis, with holes where there were no rows. */
interface Line {
  readonly keys: readonly Value[];
  readonly groups: (Group | undefined)[];
}

function collect(
  rows: readonly Row[],
  points: readonly Value[],
  { from, to, step }: Bounds,
  { keys, aggregates }: Series,
  run: Run,
): Line[] {
  const lines = new Map<string, Line>();
  for (const [index, row] of rows.entries()) {
    const point = points[index] ?? null;
    if (point === null || Number(point) < from || Number(point) >= to) continue;
    const values = keys.map(({ evaluate }) => evaluate(row, run));
    const key = values.map(valueKey).join("\u0000");
    const { groups } = lines.get(key) ?? { groups: [] };
    if (!lines.has(key)) lines.set(key, { keys: values, groups });
    const bin = Math.floor((Number(point) - from) / step);
    groups[bin] ??= start([], aggregates);
    for (const { add } of groups[bin].accumulators) add(row, run);
  }
  return [...lines.values()];
}

function draw(line: Line, { from, step, count }: Bounds, series: Series, run: Run): readonly Value[] {
  const bins = Array.from({ length: count }, (_, index) => {
    const group = line.groups[index];
    return group?.accumulators.map(({ result }) => result(run));
  });
  const show = converter(series.axis.type, "dynamic") ?? ((value: Value) => value);
  return [
    ...line.keys,
    ...series.expressions.map((expression, item) => {
      const read = as(expression, "dynamic");
      return bins.map((results) => (results ? read(results, run) : (series.defaults[item]?.(undefined, run) ?? null)));
    }),
    bins.map((_, index) => show(from + index * step)),
  ];
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
