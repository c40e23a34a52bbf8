import type { Relation } from "./relation.ts";
import { once, type Scope, withName } from "./scope.ts";
import { part, type Syntax } from "./syntax.ts";
import { Unsupported } from "./unsupported.ts";

/** The scope after a list of `let` statements. */
export function compileStatements(statements: readonly Syntax[], scope: Scope): Scope {
  let inner = scope;
  for (const statement of statements) {
    if (statement.kind !== "LetStatement") throw new Unsupported(`${statement.kind}`, statement);
    inner = compileLet(statement, inner);
  }
  return inner;
}

function compileLet(statement: Syntax, scope: Scope): Scope {
  const name = part(statement, "Name").text;
  const expression = part(statement, "Expression");
  if (expression.kind === "FunctionDeclaration") {
    return withName(scope, name, { kind: "function", declaration: expression, scope });
  }
  if (
    expression.type === undefined &&
    (expression.columns !== undefined || expression.kind === "MaterializeExpression")
  ) {
    return withName(scope, name, {
      kind: "relation",
      relation: remembered(scope.compiler.relation(expression, scope), scope),
    });
  }
  return withName(scope, name, { kind: "scalar", expression: scope.compiler.expression(expression, scope) });
}

/** Kusto may run a tabular let several times; the rows are the same, so they are computed once. */
function remembered(relation: Relation, { compiler }: Scope): Relation {
  return { ...relation, rows: once(compiler, relation.rows) };
}
