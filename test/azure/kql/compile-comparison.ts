import { isNumeric } from "./convert.ts";
import { as, derive } from "./expression.ts";
import type { Expression } from "./relation.ts";
import type { ScalarType } from "./scalar-type.ts";
import type { Scope } from "./scope.ts";
import { part, type Syntax } from "./syntax.ts";
import { compareValues, type Value } from "./value.ts";

/** `== != < <= > >=`, with Kusto's rules for null. */
export function compileComparison(node: Syntax, scope: Scope): Expression {
  const left = scope.compiler.expression(part(node, "Left"), scope);
  const right = scope.compiler.expression(part(node, "Right"), scope);
  const type = commonType(left.type, right.type);
  const readLeft = as(left, type);
  const readRight = as(right, type);
  const test = tests[node.kind] ?? equal;
  return derive(scope.compiler, "bool", [left, right], (row, run) => test(readLeft(row, run), readRight(row, run)));
}

/** The type two values are compared as: a dynamic or text side becomes what the other side is. */
export function commonType(a: ScalarType, b: ScalarType): ScalarType {
  if (a === b) return a;
  if (isNumeric(a) && isNumeric(b)) return "real";
  if (a === "dynamic") return b;
  if (b === "dynamic") return a;
  if (a === "string") return b;
  if (b === "string") return a;
  return a;
}

/** Two nulls are neither equal nor different (null); one null differs from anything else. */
function equal(a: Value, b: Value): boolean | null {
  if (a === null || b === null) return a === b ? null : false;
  if (typeof a === "object") return compareValues(a, b) === 0;
  return a === b;
}

function ordered(test: (difference: number) => boolean): (a: Value, b: Value) => boolean | null {
  return (a, b) => (a === null || b === null ? null : test(compareValues(a, b)));
}

const tests: Readonly<Record<string, (a: Value, b: Value) => boolean | null>> = {
  EqualExpression: equal,
  NotEqualExpression: (a, b) => {
    const same = equal(a, b);
    return same === null ? null : !same;
  },
  LessThanExpression: ordered((difference) => difference < 0),
  LessThanOrEqualExpression: ordered((difference) => difference <= 0),
  GreaterThanExpression: ordered((difference) => difference > 0),
  GreaterThanOrEqualExpression: ordered((difference) => difference >= 0),
};

/** `x between (a .. b)`, both ends included; a timespan as the second end counts from the first. */
export function compileBetween(node: Syntax, scope: Scope): Expression {
  const value = scope.compiler.expression(part(node, "Left"), scope);
  const couple = part(node, "Right");
  const low = scope.compiler.expression(part(couple, "First"), scope);
  const high = scope.compiler.expression(part(couple, "Second"), scope);
  const relative = value.type === "datetime" && high.type === "timespan";
  const type = relative ? "datetime" : commonType(commonType(value.type, low.type), high.type);
  const read = as(value, type);
  const readLow = as(low, type);
  const readHigh = relative ? high.evaluate : as(high, type);
  const negated = node.kind === "NotBetweenExpression";
  return derive(scope.compiler, "bool", [value, low, high], (row, run) => {
    const candidate = read(row, run);
    const from = readLow(row, run);
    const end = readHigh(row, run);
    if (candidate === null || from === null || end === null) return null;
    const to = relative ? Number(from) + Number(end) : end;
    return (compareValues(candidate, from) >= 0 && compareValues(candidate, to) <= 0) !== negated;
  });
}
