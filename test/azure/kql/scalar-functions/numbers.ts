import { isNumeric } from "../convert.ts";
import { binDatetime } from "../datetime.ts";
import { as } from "../expression.ts";
import type { Evaluate } from "../relation.ts";
import { argument, type Call, define, type ScalarFunction } from "./define.ts";

export const numbers: Readonly<Record<string, ScalarFunction>> = {
  bin,
  floor: (call) => (call.args.length === 1 ? define(["real"], Math.floor)(call) : bin(call)),
  bin_at: (call) => {
    const [value, size, anchor] = [argument(call, 0), argument(call, 1), argument(call, 2)].map(numeric);
    return (row, run) => {
      const [at, step, from] = [value?.(row, run) ?? null, size?.(row, run) ?? null, anchor?.(row, run) ?? null];
      if (at === null || step === null || from === null || step <= 0) return null;
      return Math.floor((at - from) / step) * step + from;
    };
  },
  round: define(["real", "long"], (value, digits = 0) => {
    const factor = 10 ** digits;
    const scaled = Math.abs(value) * factor;
    // The nudge makes 1.005 round like the decimal it was written as.
    return (Math.sign(value) * Math.round(scaled + scaled * Number.EPSILON)) / factor;
  }),
  ceiling: define(["real"], Math.ceil),
  abs: define(["real"], Math.abs),
  sign: define(["real"], Math.sign),
  sqrt: define(["real"], (value) => (value < 0 ? null : Math.sqrt(value))),
  pow: define(["real", "real"], (base, exponent) => base ** exponent),
  exp: define(["real"], Math.exp),
  exp2: define(["real"], (value) => 2 ** value),
  exp10: define(["real"], (value) => 10 ** value),
  log: define(["real"], (value) => (value < 0 ? null : Math.log(value))),
  log2: define(["real"], (value) => (value < 0 ? null : Math.log2(value))),
  log10: define(["real"], (value) => (value < 0 ? null : Math.log10(value))),
  isnan: define(["real"], (value) => Number.isNaN(value)),
  isinf: define(["real"], (value) => Math.abs(value) === Number.POSITIVE_INFINITY),
  isfinite: define(["real"], (value) => Number.isFinite(value)),
  pi: define([], () => Math.PI),
};

function bin(call: Call): Evaluate {
  const { type } = call;
  const value = as(argument(call, 0), isNumeric(type) ? "real" : type);
  const size = numeric(argument(call, 1));
  return (row, run) => {
    const at = value(row, run);
    const step = size(row, run);
    if (at === null || step === null || step <= 0) return null;
    return type === "datetime" ? binDatetime(Number(at), step) : Math.floor(Number(at) / step) * step;
  };
}

function numeric(expression: Call["args"][number]): (...at: Parameters<Evaluate>) => number | null {
  const read = expression.type === "dynamic" ? as(expression, "real") : expression.evaluate;
  return (row, run) => {
    const value = read(row, run);
    return typeof value === "number" ? value : null;
  };
}
