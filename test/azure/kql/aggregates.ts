import { as } from "./expression.ts";
import type { Evaluate, Row, Run } from "./relation.ts";
import type { ScalarType } from "./scalar-type.ts";
import type { Scope } from "./scope.ts";
import type { Syntax } from "./syntax.ts";
import { Unsupported } from "./unsupported.ts";
import { compareValues, isArray, isBag, type Value, valueKey } from "./value.ts";

export interface Accumulator {
  readonly add: (row: Row, run: Run) => void;
  /** One value, or a list of them for an aggregate that yields several columns. */
  readonly result: (run: Run) => Value;
}

/** Starts one accumulator per group. */
export type Aggregate = () => Accumulator;

interface AggregateCall {
  readonly node: Syntax;
  readonly args: readonly Syntax[];
  readonly scope: Scope;
}

type CompileAggregate = (call: AggregateCall) => Aggregate;

/** Kusto's default bound on the elements of `make_list()` and `make_set()`. */
const maximumElements = 1_048_576;

const plain: Readonly<Record<string, CompileAggregate>> = {
  count: () => () => counter(() => true),
  countif: (call) => {
    const test = condition(call, 0);
    return () => counter(test);
  },
  dcount: (call) => distinctCount(call, () => true),
  dcountif: (call) => distinctCount(call, condition(call, 1)),
  count_distinct: (call) => distinctCount(call, () => true),
  count_distinctif: (call) => distinctCount(call, condition(call, 1)),
  sum: (call) => sum(call, () => true),
  sumif: (call) => sum(call, condition(call, 1)),
  avg: (call) => moments(call, () => true, mean),
  avgif: (call) => moments(call, condition(call, 1), mean),
  stdev: (call) =>
    moments(
      call,
      () => true,
      (all) => Math.sqrt(variance(all, 1)),
    ),
  stdevif: (call) => moments(call, condition(call, 1), (all) => Math.sqrt(variance(all, 1))),
  stdevp: (call) =>
    moments(
      call,
      () => true,
      (all) => Math.sqrt(variance(all, 0)),
    ),
  variance: (call) =>
    moments(
      call,
      () => true,
      (all) => variance(all, 1),
    ),
  varianceif: (call) => moments(call, condition(call, 1), (all) => variance(all, 1)),
  variancep: (call) =>
    moments(
      call,
      () => true,
      (all) => variance(all, 0),
    ),
  min: (call) => extreme(call, -1, () => true),
  minif: (call) => extreme(call, -1, condition(call, 1)),
  max: (call) => extreme(call, 1, () => true),
  maxif: (call) => extreme(call, 1, condition(call, 1)),
  percentile: percentiles,
  percentiles,
  percentiles_array: percentiles,
  make_list: (call) => makeList(call, () => true, 1, false),
  make_list_if: (call) => makeList(call, condition(call, 1), 2, false),
  make_list_with_nulls: (call) => makeList(call, () => true, 1, true),
  make_set: (call) => makeSet(call, () => true, 1),
  make_set_if: (call) => makeSet(call, condition(call, 1), 2),
  make_bag: (call) => makeBag(call, () => true),
  make_bag_if: (call) => makeBag(call, condition(call, 1)),
  any: takeAny,
  take_any: takeAny,
  take_anyif: (call) => takeOne(call, condition(call, 1)),
  anyif: (call) => takeOne(call, condition(call, 1)),
  arg_max: (call) => argExtreme(call, 1),
  arg_min: (call) => argExtreme(call, -1),
};

/** Every aggregate by name; a null prototype, for names come from queries. */
export const aggregates: Readonly<Record<string, CompileAggregate | undefined>> = Object.assign(
  Object.create(null),
  plain,
);

type Test = (row: Row, run: Run) => boolean;

interface Argument {
  readonly type: ScalarType;
  readonly evaluate: Evaluate;
}

function argument({ args, node, scope }: AggregateCall, index: number): Argument {
  const found = args[index];
  if (found === undefined) throw new Unsupported(`an aggregate without argument ${index + 1}`, node);
  return scope.compiler.expression(found, scope);
}

function condition(call: AggregateCall, index: number): Test {
  const { type, evaluate } = argument(call, index);
  const read = as({ type, fixed: false, evaluate }, "bool");
  return (row, run) => read(row, run) === true;
}

function counter(test: Test): Accumulator {
  let count = 0;
  return {
    add: (row, run) => {
      if (test(row, run)) count++;
    },
    result: () => count,
  };
}

/** Exact, where Kusto estimates. */
function distinctCount(call: AggregateCall, test: Test): Aggregate {
  const { evaluate } = argument(call, 0);
  return () => {
    const seen = new Set<string>();
    return {
      add: (row, run) => {
        if (!test(row, run)) return;
        const value = evaluate(row, run);
        if (value !== null) seen.add(valueKey(value));
      },
      result: () => seen.size,
    };
  };
}

function numeric(call: AggregateCall): Evaluate {
  const { type, evaluate } = argument(call, 0);
  return type === "dynamic" ? as({ type, fixed: false, evaluate }, "real") : evaluate;
}

function sum(call: AggregateCall, test: Test): Aggregate {
  const read = numeric(call);
  return () => {
    let total = 0;
    return {
      add: (row, run) => {
        if (test(row, run)) total += Number(read(row, run) ?? 0);
      },
      result: () => total,
    };
  };
}

interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Sum of the squared distances from the mean (Welford). */
  readonly squares: number;
}

function moments(call: AggregateCall, test: Test, finish: (all: Moments) => number | null): Aggregate {
  const read = numeric(call);
  return () => {
    let [count, average, squares] = [0, 0, 0];
    return {
      add: (row, run) => {
        if (!test(row, run)) return;
        const value = read(row, run);
        if (typeof value !== "number") return;
        count++;
        const distance = value - average;
        average += distance / count;
        squares += distance * (value - average);
      },
      result: () => finish({ count, mean: average, squares }),
    };
  };
}

function mean({ count, mean: average }: Moments): number | null {
  return count === 0 ? null : average;
}

/** Over one value or none it is 0, as Kusto documents. */
function variance({ count, squares }: Moments, freedom: number): number {
  return count <= 1 ? 0 : squares / (count - freedom);
}

function extreme(call: AggregateCall, sign: number, test: Test): Aggregate {
  const { type, evaluate } = argument(call, 0);
  return () => {
    let best: Value = null;
    return {
      add: (row, run) => {
        if (!test(row, run)) return;
        const value = evaluate(row, run);
        if (value !== null && (best === null || compareValues(value, best) * sign > 0)) best = value;
      },
      result: () => best ?? (type === "string" ? "" : null),
    };
  };
}

/** By nearest rank, and exact, where Kusto estimates. */
function percentiles(call: AggregateCall): Aggregate {
  const read = numeric(call);
  const wanted = call.args.slice(1).map((_, index) => argument(call, index + 1).evaluate);
  const several = call.node.columns !== undefined;
  const asArray = call.node.type === "dynamic";
  return () => {
    const values: number[] = [];
    return {
      add: (row, run) => {
        const value = read(row, run);
        if (typeof value === "number") values.push(value);
      },
      result: (run) => {
        values.sort((a, b) => a - b);
        const ranks = wanted.flatMap((evaluate) => evaluate(undefined, run));
        const found = ranks.map((rank) => nearest(values, Number(rank)));
        return several || asArray ? found : (found[0] ?? null);
      },
    };
  };
}

function nearest(sorted: readonly number[], percent: number): number | null {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? null;
}

function limit(call: AggregateCall, index: number): Evaluate {
  return call.args[index] === undefined ? () => maximumElements : argument(call, index).evaluate;
}

function asDynamic(call: AggregateCall): Evaluate {
  const { type, evaluate } = argument(call, 0);
  return as({ type, fixed: false, evaluate }, "dynamic");
}

function makeList(call: AggregateCall, test: Test, limitIndex: number, nulls: boolean): Aggregate {
  const read = asDynamic(call);
  const maximum = limit(call, limitIndex);
  return () => {
    const values: Value[] = [];
    return {
      add: (row, run) => {
        if (!test(row, run) || values.length >= Number(maximum(undefined, run))) return;
        const value = read(row, run);
        if (value !== null || nulls) values.push(value);
      },
      result: () => values,
    };
  };
}

/** Elements keep the order they came in; an array counts as its elements. */
function makeSet(call: AggregateCall, test: Test, limitIndex: number): Aggregate {
  const read = asDynamic(call);
  const maximum = limit(call, limitIndex);
  return () => {
    const values = new Map<string, Value>();
    return {
      add: (row, run) => {
        if (!test(row, run)) return;
        const found = read(row, run);
        const bound = Number(maximum(undefined, run));
        for (const value of isArray(found) ? found : [found]) {
          if (value === null || values.size >= bound) continue;
          const key = valueKey(value);
          if (!values.has(key)) values.set(key, value);
        }
      },
      result: () => [...values.values()],
    };
  };
}

function makeBag(call: AggregateCall, test: Test): Aggregate {
  const read = asDynamic(call);
  return () => {
    const entries = new Map<string, Value>();
    return {
      add: (row, run) => {
        const bag = test(row, run) ? read(row, run) : null;
        if (!isBag(bag)) return;
        for (const [key, value] of Object.entries(bag)) if (!entries.has(key)) entries.set(key, value);
      },
      result: () => Object.fromEntries(entries),
    };
  };
}

function takeOne(call: AggregateCall, test: Test): Aggregate {
  const { type, evaluate } = argument(call, 0);
  return () => {
    let found: Value = null;
    return {
      add: (row, run) => {
        if (found === null && test(row, run)) found = evaluate(row, run);
      },
      result: () => found ?? (type === "string" ? "" : null),
    };
  };
}

/** Takes the first row of a group; a single column takes its first value that is not null. */
function takeAny(call: AggregateCall): Aggregate {
  if (call.node.columns === undefined) {
    if (call.args[0]?.kind === "StarExpression") throw new Unsupported("take_any(*) of a single column", call.node);
    return takeOne(call, () => true);
  }
  const reads = outputs(call, 0);
  return () => {
    let found: readonly Value[] | undefined;
    return {
      add: (row, run) => {
        found ??= reads.map((read) => read(row, run));
      },
      result: () => found ?? reads.map(() => null),
    };
  };
}

/** The values an aggregate over whole rows carries along; `*` stands for the columns the language service lists. */
function outputs(call: AggregateCall, from: number): readonly Evaluate[] {
  const { node, args, scope } = call;
  const rest = args.slice(from);
  if (!rest.some(({ kind }) => kind === "StarExpression")) {
    return rest.map((_, index) => argument(call, from + index).evaluate);
  }
  if (rest.length > 1) throw new Unsupported("* beside other columns", node);
  return (node.columns ?? []).slice(from).map(({ name }) => {
    const column = scope.columns.get(name);
    if (column === undefined) throw new Unsupported(`* with the column ${name}`, node);
    return column.read;
  });
}

function argExtreme(call: AggregateCall, sign: number): Aggregate {
  const { evaluate } = argument(call, 0);
  const several = call.node.columns !== undefined;
  const reads = outputs(call, 1);
  return () => {
    let best: Value = null;
    let bestRow: Row;
    let empty = true;
    return {
      add: (row, run) => {
        const value = evaluate(row, run);
        if (!empty && (value === null || (best !== null && compareValues(value, best) * sign <= 0))) return;
        best = value;
        bestRow = row;
        empty = false;
      },
      result: (run) => {
        if (!several) return best;
        return [best, ...(empty ? reads.map(() => null) : reads.map((read) => read(bestRow, run)))];
      },
    };
  };
}
