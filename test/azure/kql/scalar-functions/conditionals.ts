import { isNumeric } from "../convert.ts";
import { as } from "../expression.ts";
import type { Evaluate } from "../relation.ts";
import { compareValues, type Value } from "../value.ts";
import { argument, type Call, type ScalarFunction } from "./define.ts";

export const conditionals: Readonly<Record<string, ScalarFunction>> = {
  iff: choose,
  iif: choose,
  case: (call) => {
    const branches: { readonly when: Evaluate; readonly yields: Evaluate }[] = [];
    for (let index = 0; index + 1 < call.args.length; index += 2) {
      branches.push({ when: as(argument(call, index), "bool"), yields: as(argument(call, index + 1), call.type) });
    }
    const otherwise = as(argument(call, call.args.length - 1), call.type);
    return (row, run) => {
      for (const { when, yields } of branches) if (when(row, run) === true) return yields(row, run);
      return otherwise(row, run);
    };
  },
  coalesce: ({ args, type }) => {
    const reads = args.map((arg) => as(arg, type));
    return (row, run) => {
      for (const read of reads) {
        const value = read(row, run);
        // An empty string counts as missing, for a string has no null.
        if (value !== null && !(type === "string" && value === "")) return value;
      }
      return type === "string" ? "" : null;
    };
  },
  not: (call) => {
    const read = as(argument(call, 0), "bool");
    return (row, run) => {
      const value = read(row, run);
      return value === null ? null : value !== true;
    };
  },
  isnull: (call) => nullTest(call, true),
  isnotnull: (call) => nullTest(call, false),
  isempty: (call) => emptyTest(call, true),
  isnotempty: (call) => emptyTest(call, false),
  notempty: (call) => emptyTest(call, false),
  notnull: (call) => nullTest(call, false),
  min_of: (call) => extreme(call, -1),
  max_of: (call) => extreme(call, 1),
};

function choose(call: Call): Evaluate {
  const when = as(argument(call, 0), "bool");
  const then = as(argument(call, 1), call.type);
  const otherwise = as(argument(call, 2), call.type);
  return (row, run) => (when(row, run) === true ? then(row, run) : otherwise(row, run));
}

function nullTest(call: Call, wanted: boolean): Evaluate {
  const { type, evaluate } = argument(call, 0);
  if (type === "string") return () => !wanted;
  return (row, run) => (evaluate(row, run) === null) === wanted;
}

function emptyTest(call: Call, wanted: boolean): Evaluate {
  const { evaluate } = argument(call, 0);
  return (row, run) => {
    const value = evaluate(row, run);
    return (value === null || value === "") === wanted;
  };
}

function extreme({ args, type }: Call, sign: number): Evaluate {
  const common = isNumeric(type) ? "real" : type;
  const reads = args.map((arg) => as(arg, common));
  return (row, run) => {
    let best: Value = null;
    for (const read of reads) {
      const value = read(row, run);
      if (value !== null && (best === null || compareValues(value, best) * sign > 0)) best = value;
    }
    return best;
  };
}
