import { aggregates } from "./aggregates.ts";
import { compileStatements } from "./compile-statements.ts";
import { constant, derive } from "./expression.ts";
import type { Expression } from "./relation.ts";
import { scalarFunctions, volatileFunctions } from "./scalar-functions.ts";
import { type Binding, type Scope, withName } from "./scope.ts";
import { list, part, type Syntax } from "./syntax.ts";
import { Unsupported } from "./unsupported.ts";

/** A call of an aggregate, of a function the query defines, or of a built-in. */
export function compileCall(node: Syntax, scope: Scope): Expression {
  const name = calledName(node);
  const nodes = callArguments(node);
  const aggregate = scope.aggregates && aggregates[name];
  if (scope.aggregates && aggregate) {
    const { found, offset } = scope.aggregates;
    const index = offset + found.length;
    const compiled = aggregate({ node, args: nodes, scope: { ...scope, aggregates: undefined } });
    found.push(compiled);
    const type = node.type ?? "dynamic";
    return { type, fixed: false, evaluate: (row) => (row as readonly never[])[index] ?? missing(type) };
  }
  if (scope.names.get(name)?.kind === "function") {
    const { body, inner } = enterFunction(node, scope);
    return scope.compiler.expression(body, inner);
  }
  const type = node.type ?? "dynamic";
  const volatile = volatileFunctions[name];
  const compile = volatile ?? scalarFunctions[name];
  if (compile === undefined) throw new Unsupported(`the function ${name}()`, node);
  const args = nodes.map((each) => compileArgument(each, scope));
  const evaluate = compile({ node, nodes, args, type, scope });
  return volatile ? { type, fixed: false, evaluate } : derive(scope.compiler, type, args, evaluate);
}

function missing(type: string): "" | null {
  return type === "string" ? "" : null;
}

function compileArgument(node: Syntax, scope: Scope): Expression {
  if (node.kind === "TypeOfLiteralExpression") return constant("string", node.symbol?.name ?? "");
  if (node.kind === "SimpleNamedExpression") throw new Unsupported("arguments by name", node);
  return scope.compiler.expression(node, scope);
}

/** The body of a function of the query, with its parameters bound to the arguments of this call. */
export function enterFunction(node: Syntax, scope: Scope): { readonly body: Syntax; readonly inner: Scope } {
  const binding = scope.names.get(calledName(node));
  const called = node.calledBody();
  if (binding?.kind !== "function" || called === undefined) throw new Unsupported("this call", node);
  const args = callArguments(node);
  let inner: Scope = { ...binding.scope, context: undefined, aggregates: undefined };
  const declared = list(part(binding.declaration, "Parameters"), "Parameters");
  for (const [index, parameter] of declared.entries()) {
    const name = part(part(parameter, "NameAndType"), "Name").text;
    inner = withName(inner, name, bindArgument(args[index] ?? defaultOf(parameter, node), scope));
  }
  inner = compileStatements(list(called, "Statements"), inner);
  return { body: part(called, "Expression"), inner };
}

function defaultOf(parameter: Syntax, call: Syntax): Syntax {
  const value = parameter.parts.DefaultValue?.parts.Value;
  if (value === undefined) throw new Unsupported("a call with fewer arguments", call);
  return value;
}

function bindArgument(node: Syntax, scope: Scope): Binding {
  if (node.kind === "SimpleNamedExpression") throw new Unsupported("arguments by name", node);
  if (node.type === undefined && node.columns !== undefined) {
    return { kind: "relation", relation: scope.compiler.relation(node, scope) };
  }
  return { kind: "scalar", expression: scope.compiler.expression(node, scope) };
}

export function calledName(node: Syntax): string {
  return node.kind === "NameReference" ? node.text : part(node, "Name").text;
}

function callArguments(node: Syntax): readonly Syntax[] {
  return node.kind === "NameReference" ? [] : list(part(node, "ArgumentList"), "Expressions");
}
