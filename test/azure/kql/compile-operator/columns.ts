import type { Column, Evaluate, Read, Relation, Row } from "../relation.ts";
import type { Scope } from "../scope.ts";
import { list, part, type Syntax, type SyntaxColumn } from "../syntax.ts";
import { Unsupported } from "../unsupported.ts";
import { isArray, type Value } from "../value.ts";

/** One expression of a projection and the columns it yields: more than one for `(a, b) = f()`. */
export interface Computed {
  readonly node: Syntax;
  /** Names written in the query or derived by the language; undefined where the language numbers the column. */
  readonly names: readonly (string | undefined)[];
  readonly evaluate: Evaluate;
  readonly type: Column["type"];
  /** The input column when the expression is nothing but its name. */
  readonly copies: Column | undefined;
}

export function compileColumns(nodes: readonly Syntax[], scope: Scope): readonly Computed[] {
  return nodes.map((node) => {
    const inner = node.kind.endsWith("NamedExpression") ? part(node, "Expression") : node;
    const { type, evaluate } = scope.compiler.expression(inner, scope);
    const copies =
      inner.kind === "NameReference" && inner.symbol?.kind === "column"
        ? scope.columns.get(inner.symbol.name)
        : undefined;
    return { node, names: namesOf(node), evaluate, type, copies };
  });
}

function namesOf(node: Syntax): readonly (string | undefined)[] {
  if (node.kind === "CompoundNamedExpression") {
    return list(part(node, "Names"), "Names").map((name) => name.text);
  }
  if (node.kind === "SimpleNamedExpression") return [part(node, "Name").text];
  if (node.columns !== undefined && node.type === undefined)
    throw new Unsupported("unnamed columns of a function", node);
  return [node.resultName()];
}

export function typeOf({ name, type }: SyntaxColumn, node: Syntax): Column["type"] {
  if (type === undefined) throw new Unsupported(`the type of the column ${name}`, node);
  return type;
}

/** The input's columns, read from the first element of a wrapped row `[input row, …computed]`. */
export function wrapped(columns: readonly Column[]): readonly Column[] {
  return columns.map((column) => ({ ...column, read: throughFirst(column.read) }));
}

export function throughFirst(read: Read): Read {
  return (row) => read((row as readonly Row[])[0]);
}

export function at(index: number): Read {
  return (row) => (row as readonly Value[])[index] ?? null;
}

/** Rows of a relation beside values computed for each of them. */
export function computeRows(input: Relation, evaluates: readonly Evaluate[]): Relation["rows"] {
  const [only] = evaluates;
  if (only === undefined) return input.rows;
  return (run) => {
    const rows = input.rows(run);
    return rows.map((row, position) => {
      run.window = rows;
      run.position = position;
      return evaluates.length === 1 ? [row, only(row, run)] : [row, ...evaluates.map((evaluate) => evaluate(row, run))];
    });
  };
}

/** Reads one of several columns that one expression yields. */
export function element(index: number, within: number): Read {
  return (row) => {
    const value = (row as readonly Value[])[index] ?? null;
    return isArray(value) ? (value[within] ?? null) : null;
  };
}
