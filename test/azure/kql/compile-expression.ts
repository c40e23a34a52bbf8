import { compileArithmetic } from "./compile-arithmetic.ts";
import { compileCall } from "./compile-call.ts";
import { compileBetween, compileComparison } from "./compile-comparison.ts";
import { compileLiteral, isLiteral } from "./compile-literal.ts";
import { compileAny, compileIn } from "./compile-membership.ts";
import { compileElement, compilePath } from "./compile-path.ts";
import { compileTextOperator } from "./compile-text-operator.ts";
import { as, derive } from "./expression.ts";
import type { Expression } from "./relation.ts";
import { once, type Scope } from "./scope.ts";
import { part, type Syntax } from "./syntax.ts";
import { Unsupported } from "./unsupported.ts";

type Compile = (node: Syntax, scope: Scope) => Expression;

/** Turns a scalar expression into a closure over rows. */
export function compileExpression(node: Syntax, scope: Scope): Expression {
  if (isLiteral(node)) return compileLiteral(node);
  const compile = kinds[node.kind] ?? compileTextOperator(node.kind);
  if (compile === undefined) throw new Unsupported(`${node.kind} here`, node);
  return compile(node, scope);
}

const inner: Compile = (node, scope) => compileExpression(part(node, "Expression"), scope);

const kinds: Readonly<Record<string, Compile>> = {
  ParenthesizedExpression: inner,
  BracketedExpression: inner,
  SimpleNamedExpression: inner,
  NameReference: compileName,
  FunctionCallExpression: compileCall,
  PathExpression: compilePath,
  ElementExpression: compileElement,
  ToScalarExpression: compileToScalar,

  AddExpression: compileArithmetic,
  SubtractExpression: compileArithmetic,
  MultiplyExpression: compileArithmetic,
  DivideExpression: compileArithmetic,
  ModuloExpression: compileArithmetic,
  UnaryMinusExpression: compileMinus,
  UnaryPlusExpression: inner,

  EqualExpression: compileComparison,
  NotEqualExpression: compileComparison,
  LessThanExpression: compileComparison,
  LessThanOrEqualExpression: compileComparison,
  GreaterThanExpression: compileComparison,
  GreaterThanOrEqualExpression: compileComparison,
  BetweenExpression: compileBetween,
  NotBetweenExpression: compileBetween,

  AndExpression: compileLogic(false),
  OrExpression: compileLogic(true),

  InExpression: compileIn,
  NotInExpression: compileIn,
  InCsExpression: compileIn,
  NotInCsExpression: compileIn,
  HasAnyExpression: compileAny,
  HasAllExpression: compileAny,
};

function compileName(node: Syntax, scope: Scope): Expression {
  const name = node.symbol?.name ?? node.text;
  if (node.symbol?.kind === "column") {
    const column = scope.columns.get(name);
    if (column === undefined) throw new Unsupported(`the column ${name} here`, node);
    return { type: column.type, fixed: false, evaluate: column.read };
  }
  if (node.symbol?.kind === "function") return compileCall(node, scope);
  const binding = scope.names.get(name);
  if (binding?.kind !== "scalar") throw new Unsupported(`the name ${name} here`, node);
  return binding.expression;
}

/** Three-valued: `decisive` (false for and, true for or) wins over null, null over the other. */
function compileLogic(decisive: boolean): Compile {
  return (node, scope) => {
    const left = compileExpression(part(node, "Left"), scope);
    const right = compileExpression(part(node, "Right"), scope);
    const readLeft = as(left, "bool");
    const readRight = as(right, "bool");
    return derive(scope.compiler, "bool", [left, right], (row, run) => {
      const a = readLeft(row, run);
      if (a === decisive) return decisive;
      const b = readRight(row, run);
      if (b === decisive) return decisive;
      return a === null || b === null ? null : !decisive;
    });
  };
}

function compileMinus(node: Syntax, scope: Scope): Expression {
  const operand = compileExpression(part(node, "Expression"), scope);
  const type = operand.type === "dynamic" ? "real" : operand.type;
  const read = as(operand, type);
  return derive(scope.compiler, type, [operand], (row, run) => {
    const value = read(row, run);
    return value === null ? null : -Number(value);
  });
}

/** The first cell of a tabular expression, computed once. */
function compileToScalar(node: Syntax, scope: Scope): Expression {
  const expression = part(node, "Expression");
  const { columns, rows } = scope.compiler.relation(expression, scope);
  const first = columns[0];
  if (first === undefined) throw new Unsupported("toscalar() of nothing", node);
  const compute = once(scope.compiler, (run) => {
    const found = rows(run);
    if (found.length > 0) return first.read(found[0]);
    return first.type === "string" ? "" : null;
  });
  return { type: first.type, fixed: true, evaluate: (_, run) => compute(run) };
}
