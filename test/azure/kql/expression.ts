import { converter } from "./convert.ts";
import type { Evaluate, Expression } from "./relation.ts";
import type { ScalarType } from "./scalar-type.ts";
import { type Compiler, once } from "./scope.ts";
import type { Value } from "./value.ts";

export function constant(type: ScalarType, value: Value): Expression {
  return { type, fixed: true, evaluate: () => value };
}

/** An expression of others: it is computed once per execution when none of them depends on the row. */
export function derive(
  compiler: Compiler,
  type: ScalarType,
  operands: readonly Expression[],
  evaluate: Evaluate,
): Expression {
  if (!operands.every(({ fixed }) => fixed)) return { type, fixed: false, evaluate };
  const compute = once(compiler, (run) => evaluate(undefined, run));
  return { type, fixed: true, evaluate: (_, run) => compute(run) };
}

/** Reads an expression as another type. */
export function as({ type, evaluate }: Expression, wanted: ScalarType): Evaluate {
  const convert = converter(type, wanted);
  if (convert === undefined) return evaluate;
  return (row, run) => convert(evaluate(row, run));
}

/** Reads an expression as text, which is never null. */
export function asText(expression: Expression): (...at: Parameters<Evaluate>) => string {
  const evaluate = as(expression, "string");
  return (row, run) => {
    const value = evaluate(row, run);
    return typeof value === "string" ? value : "";
  };
}
