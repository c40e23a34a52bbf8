import { as, constant, derive } from "./expression.ts";
import type { Expression } from "./relation.ts";
import type { Scope } from "./scope.ts";
import { part, type Syntax } from "./syntax.ts";
import { bagValue, isArray, type Value } from "./value.ts";

/** `a.b` of a dynamic value. */
export function compilePath(node: Syntax, scope: Scope): Expression {
  const selector = part(node, "Selector");
  // a.['b c'] parses as a path too.
  if (selector.kind === "BracketedExpression") return compileElement(node, scope);
  const target = scope.compiler.expression(part(node, "Expression"), scope);
  const { evaluate } = target;
  const name = selector.text;
  return derive(scope.compiler, "dynamic", [target], (row, run) => bagValue(evaluate(row, run), name));
}

/** `a['b']`, `a[0]` and `a[-1]`. */
export function compileElement(node: Syntax, scope: Scope): Expression {
  const target = scope.compiler.expression(part(node, "Expression"), scope);
  const selector = part(part(node, "Selector"), "Expression");
  const index = selector.literal === undefined ? scope.compiler.expression(selector, scope) : text(selector.literal);
  const read = as(target, "dynamic");
  const readIndex = index.evaluate;
  return derive(scope.compiler, "dynamic", [target, index], (row, run) => element(read(row, run), readIndex(row, run)));
}

function text(value: string): Expression {
  return constant("string", value);
}

function element(value: Value, index: Value): Value {
  if (typeof index === "string") return bagValue(value, index);
  if (typeof index !== "number" || !isArray(value)) return null;
  return value.at(index) ?? null;
}
