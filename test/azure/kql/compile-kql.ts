import { compileExpression } from "./compile-expression.ts";
import { compileRelation } from "./compile-relation.ts";
import { compileStatements } from "./compile-statements.ts";
import type { Schema } from "./kusto-bridge.ts";
import type { KqlProblem, ParsedKql } from "./parse-kql.ts";
import { QueryFault } from "./query-fault.ts";
import type { Relation } from "./relation.ts";
import type { Compiler, Scope } from "./scope.ts";
import { descendants, list, part, type Syntax } from "./syntax.ts";
import { tableRelation } from "./table-relation.ts";
import { Unsupported } from "./unsupported.ts";

export type CompiledKql =
  | { readonly ok: true; readonly relation: Relation; readonly limits: boolean }
  | { readonly ok: false; readonly problems: readonly KqlProblem[] };

const limiting = new Set(["TakeOperator", "TopOperator", "SampleOperator", "SampleDistinctOperator"]);

/** Turns a parsed query into closures, or says what is wrong with it. */
export function compileKql({ problems, syntax }: ParsedKql, schema: Schema): CompiledKql {
  if (problems.length > 0) return { ok: false, problems };
  try {
    const relation = compileBlock(syntax, rootScope(schema));
    const limits = descendants(syntax).some(({ kind }) => limiting.has(kind));
    return { ok: true, relation, limits };
  } catch (error) {
    if (error instanceof Unsupported) {
      const { message, start, length } = error;
      return { ok: false, problems: [{ code: "Unsupported", message, start, length, kind: "unsupported" }] };
    }
    if (error instanceof QueryFault) {
      const { message } = error;
      const { length } = syntax;
      return { ok: false, problems: [{ code: "QueryFault", message, start: 0, length, kind: "semantic" }] };
    }
    throw error;
  }
}

function rootScope(schema: Schema): Scope {
  let cells = 0;
  const compiler: Compiler = {
    expression: compileExpression,
    relation: compileRelation,
    table: (name) => {
      const columns = schema[name];
      return columns && tableRelation(name, columns);
    },
    tableNames: Object.keys(schema),
    cell: () => cells++,
  };
  return {
    columns: new Map(),
    names: new Map(),
    ingestionTime: undefined,
    context: undefined,
    aggregates: undefined,
    compiler,
  };
}

function compileBlock(syntax: Syntax, scope: Scope): Relation {
  const statements = list(syntax, "Statements");
  const last = statements.at(-1);
  if (last?.kind !== "ExpressionStatement") throw new Unsupported("a query without a result", syntax);
  const expression = part(last, "Expression");
  const inner = compileStatements(statements.slice(0, -1), scope);
  if (expression.type !== undefined) throw new Unsupported("a scalar as the result", expression);
  return compileRelation(expression, inner);
}
