import { isNumeric } from "./convert.ts";
import { as, derive } from "./expression.ts";
import type { Expression } from "./relation.ts";
import type { ScalarType } from "./scalar-type.ts";
import type { Scope } from "./scope.ts";
import { part, type Syntax } from "./syntax.ts";

/** `+ - * / %` over numbers, datetimes and timespans; null when an operand is. */
export function compileArithmetic(node: Syntax, scope: Scope): Expression {
  const left = scope.compiler.expression(part(node, "Left"), scope);
  const right = scope.compiler.expression(part(node, "Right"), scope);
  const type = resultType(node, left.type, right.type);
  const readLeft = as(left, operandType(node.kind, left.type, right.type, type));
  const readRight = as(right, operandType(node.kind, right.type, left.type, type));
  const compute = operation(node.kind, type);
  return derive(scope.compiler, type, [left, right], (row, run) => {
    const a = readLeft(row, run);
    const b = readRight(row, run);
    return a === null || b === null ? null : compute(Number(a), Number(b));
  });
}

function resultType({ type, kind }: Syntax, left: ScalarType, right: ScalarType): ScalarType {
  if (type !== undefined && type !== "dynamic") return type;
  if (left === "datetime" || right === "datetime") return kind === "SubtractExpression" ? "timespan" : "datetime";
  if (left === "timespan" || right === "timespan") return "timespan";
  return "real";
}

/** A dynamic operand is read as what the other side and the result make of it. */
function operandType(kind: string, own: ScalarType, other: ScalarType, result: ScalarType): ScalarType {
  if (own !== "dynamic") return own;
  if (isNumeric(other) || other === "dynamic") return "real";
  if (other === "datetime") return kind === "SubtractExpression" ? "datetime" : "timespan";
  return result === "datetime" ? "datetime" : "timespan";
}

type Compute = (a: number, b: number) => number | null;

function operation(kind: string, type: ScalarType): Compute {
  const whole = type !== "real";
  switch (kind) {
    case "AddExpression":
      return (a, b) => a + b;
    case "SubtractExpression":
      return (a, b) => a - b;
    case "MultiplyExpression":
      return type === "timespan" ? (a, b) => Math.round(a * b) : (a, b) => a * b;
    case "DivideExpression":
      if (!whole) return (a, b) => a / b;
      return (a, b) => (b === 0 ? null : Math.trunc(a / b));
    default:
      return (a, b) => (b === 0 ? null : a % b);
  }
}
