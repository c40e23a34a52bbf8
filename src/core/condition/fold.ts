import type { Expression, Leaf } from "./expression.ts";

/** What each form of a condition comes to, from what its parts come to. */
interface Algebra<Value> {
  /** `of` gives what an operand, or a part of one, comes to. */
  readonly or: (operands: readonly Expression[], of: (part: Expression) => Value) => Value;
  readonly and: (operands: readonly Value[]) => Value;
  readonly not: (operand: Value) => Value;
  readonly leaf: (leaf: Leaf) => Value;
}

/** A condition from its leaves up, each part once: both readings of a disjunction ask for the same parts, on every level. */
export function fold<Value>(expression: Expression, { or, and, not, leaf }: Algebra<Value>): Value {
  const values = new Map<Expression, Value>();
  const of = (part: Expression): Value => {
    const value = values.get(part) ?? judge(part);
    values.set(part, value);
    return value;
  };
  const judge = (part: Expression): Value => {
    switch (part.kind) {
      case "or":
        return or(part.operands, of);
      case "and":
        return and(part.operands.map(of));
      case "not":
        return not(of(part.operand));
      default:
        return leaf(part);
    }
  };
  return of(expression);
}
