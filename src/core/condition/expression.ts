/**
 * A condition of Azure ABAC, version 2.0, as its text says it.
 * https://learn.microsoft.com/azure/role-based-access-control/conditions-format
 */
export type Expression =
  | { readonly kind: "or"; readonly operands: readonly Expression[] }
  | {
      readonly kind: "and";
      readonly operands: readonly Expression[];
      /** Stands beside an OR without parentheses of its own; Azure does not say which of the two it groups first. */
      readonly bare: boolean;
    }
  | { readonly kind: "not"; readonly operand: Expression }
  | Leaf;

export type Leaf =
  | { readonly kind: "actionMatches"; readonly pattern: string }
  | { readonly kind: "subOperationMatches"; readonly name: string }
  | { readonly kind: "exists"; readonly attribute: Attribute }
  | Comparison;

export interface Comparison {
  readonly kind: "comparison";
  readonly left: Operand;
  /** `ForAnyOfAnyValues`, …; what stands before the colon, whatever it is. */
  readonly quantifier?: string;
  /** `StringEquals`, …; one that is not documented is kept, and never true or false. */
  readonly operator: string;
  readonly right: Operand;
}

export type Operand = Attribute | Values;

export interface Attribute {
  readonly kind: "attribute";
  /** `Request`, `Resource`, `Principal`, `Environment`. */
  readonly source: string;
  /** `Microsoft.ContainerRegistry/registries/repositories:name`, `UtcNow`, … */
  readonly name: string;
}

interface Values {
  readonly kind: "values";
  readonly values: readonly Literal[];
  /** Written in braces. */
  readonly set: boolean;
}

export interface Literal {
  readonly type: "string" | "number" | "boolean" | "guid";
  readonly text: string;
}

/** The text of a condition, from which the parser reads the same condition again. */
export function print(expression: Expression): string {
  switch (expression.kind) {
    case "or":
      return expression.operands.map((one) => (isBare(one) ? print(one) : grouped(one))).join(" OR ");
    case "and":
      return expression.operands.map(grouped).join(" AND ");
    case "not":
      return `!(${print(expression.operand)})`;
    case "actionMatches":
      return `ActionMatches{'${expression.pattern}'}`;
    case "subOperationMatches":
      return `SubOperationMatches{'${expression.name}'}`;
    case "exists":
      return `Exists ${printOperand(expression.attribute)}`;
    case "comparison": {
      const { left, quantifier, operator, right } = expression;
      const prefix = quantifier === undefined ? "" : `${quantifier}:`;
      return `${printOperand(left)} ${prefix}${operator} ${printOperand(right)}`;
    }
  }
}

function isBare(expression: Expression): boolean {
  return expression.kind === "and" && expression.bare;
}

function grouped(expression: Expression): string {
  return expression.kind === "or" || expression.kind === "and" ? `(${print(expression)})` : print(expression);
}

function printOperand(operand: Operand): string {
  if (operand.kind === "attribute") return `@${operand.source}[${operand.name}]`;
  const texts = operand.values.map(({ type, text }) => (type === "string" ? `'${text}'` : text));
  return operand.set ? `{${texts.join(", ")}}` : texts.join(", ");
}

/** Its smallest statements, from left to right. */
export function leavesOf(expression: Expression): readonly Leaf[] {
  switch (expression.kind) {
    case "or":
    case "and":
      return expression.operands.flatMap(leavesOf);
    case "not":
      return leavesOf(expression.operand);
    default:
      return [expression];
  }
}
