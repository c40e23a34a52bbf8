import { calledName, enterFunction } from "./compile-call.ts";
import { distinct } from "./compile-operator/distinct.ts";
import { extend } from "./compile-operator/extend.ts";
import { filter } from "./compile-operator/filter.ts";
import { join, lookup } from "./compile-operator/join.ts";
import { makeSeries } from "./compile-operator/make-series.ts";
import { mvApply } from "./compile-operator/mv-apply.ts";
import { mvExpand } from "./compile-operator/mv-expand.ts";
import { parse } from "./compile-operator/parse.ts";
import { project, projectRename, select } from "./compile-operator/project.ts";
import { sort, top } from "./compile-operator/sort.ts";
import { datatable, print, range } from "./compile-operator/source.ts";
import { countRows, summarize } from "./compile-operator/summarize.ts";
import { take } from "./compile-operator/take.ts";
import { union } from "./compile-operator/union.ts";
import type { Relation } from "./relation.ts";
import { once, type Scope, withInput } from "./scope.ts";
import { list, part, type Syntax } from "./syntax.ts";
import { Unsupported } from "./unsupported.ts";

/** Turns a tabular expression into a relation. */
export function compileRelation(node: Syntax, scope: Scope): Relation {
  switch (node.kind) {
    case "PipeExpression":
      return compileOperator(part(node, "Operator"), compileRelation(part(node, "Expression"), scope), scope);
    case "ParenthesizedExpression":
    case "SimpleNamedExpression":
      return compileRelation(part(node, "Expression"), scope);
    case "MaterializeExpression":
      return materialize(compileRelation(part(node, "Expression"), scope), scope);
    case "NameReference":
    case "FunctionCallExpression":
      return compileNamed(node, scope);
    case "DataTableExpression":
      return datatable(node, scope);
    case "PrintOperator":
      return print(node, scope);
    case "RangeOperator":
      return range(node, scope);
    case "UnionOperator":
      return union(node, undefined, scope);
    default:
      // Inside mv-apply the first operator reads the expanded rows without a pipe.
      if (scope.context !== undefined) return compileOperator(node, scope.context, scope);
      throw new Unsupported(`${node.kind} here`, node);
  }
}

type CompileOperator = (node: Syntax, input: Relation, scope: Scope) => Relation;

const unchanged: CompileOperator = (_, input) => input;

const operators: Readonly<Record<string, CompileOperator>> = {
  FilterOperator: filter,
  ExtendOperator: extend,
  SerializeOperator: (node, input, scope) =>
    list(node, "Expressions").length === 0 ? input : extend(node, input, scope),
  ProjectOperator: project,
  ProjectAwayOperator: select,
  ProjectKeepOperator: select,
  ProjectReorderOperator: select,
  ProjectRenameOperator: projectRename,
  SummarizeOperator: summarize,
  CountOperator: countRows,
  DistinctOperator: distinct,
  SortOperator: sort,
  TopOperator: top,
  TakeOperator: take,
  SampleOperator: take,
  JoinOperator: join,
  LookupOperator: lookup,
  UnionOperator: union,
  MvExpandOperator: mvExpand,
  MvApplyOperator: mvApply,
  ParseOperator: parse,
  ParseWhereOperator: parse,
  MakeSeriesOperator: makeSeries,
  // A drawing hint for a client; the rows are the same.
  RenderOperator: unchanged,
};

function compileOperator(node: Syntax, input: Relation, scope: Scope): Relation {
  const compile = operators[node.kind];
  if (compile === undefined) throw new Unsupported(`the operator ${operatorName(node)}`, node);
  return compile(node, input, withInput(scope, input));
}

function operatorName(node: Syntax): string {
  const keyword = Object.values(node.parts).find(({ kind }) => kind.endsWith("Keyword"));
  return keyword?.text ?? node.kind;
}

function compileNamed(node: Syntax, scope: Scope): Relation {
  const name = calledName(node);
  const binding = scope.names.get(name);
  if (binding?.kind === "relation") return binding.relation;
  if (binding?.kind === "function") {
    const { body, inner } = enterFunction(node, scope);
    return compileRelation(body, inner);
  }
  const table = node.kind === "NameReference" ? scope.compiler.table(name) : undefined;
  if (table === undefined) throw new Unsupported(`the tabular ${name} here`, node);
  return table;
}

function materialize(relation: Relation, { compiler }: Scope): Relation {
  return { ...relation, rows: once(compiler, relation.rows) };
}
