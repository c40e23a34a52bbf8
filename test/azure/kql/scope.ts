import type { Aggregate } from "./aggregates.ts";
import type { Column, Expression, Read, Relation, Run } from "./relation.ts";
import { columnMap } from "./relation.ts";
import type { Syntax } from "./syntax.ts";

export type Binding =
  | { readonly kind: "scalar"; readonly expression: Expression }
  | { readonly kind: "relation"; readonly relation: Relation }
  | { readonly kind: "function"; readonly declaration: Syntax; readonly scope: Scope };

/** What a node may refer to where it stands. */
export interface Scope {
  readonly columns: ReadonlyMap<string, Column>;
  readonly ingestionTime: Read | undefined;
  readonly names: ReadonlyMap<string, Binding>;
  /** The relation an operator without a pipe before it reads, as inside `mv-apply … on ( … )`. */
  readonly context: Relation | undefined;
  /** Collects the aggregates of one `summarize`; their results stand in the row behind the keys. */
  readonly aggregates: { readonly found: Aggregate[]; readonly offset: number } | undefined;
  readonly compiler: Compiler;
}

/** Ties scalar and tabular compilation together, which need each other. */
export interface Compiler {
  readonly expression: (node: Syntax, scope: Scope) => Expression;
  readonly relation: (node: Syntax, scope: Scope) => Relation;
  readonly table: (name: string) => Relation | undefined;
  readonly tableNames: readonly string[];
  /** A place in `Run.cells`. */
  readonly cell: () => number;
}

export function withInput(scope: Scope, input: Relation): Scope {
  return {
    ...scope,
    columns: columnMap(input.columns),
    ingestionTime: input.ingestionTime,
    aggregates: undefined,
  };
}

export function withName(scope: Scope, name: string, binding: Binding): Scope {
  return { ...scope, names: new Map(scope.names).set(name, binding) };
}

/** Computes once per execution. */
export function once<T>(compiler: Compiler, compute: (run: Run) => T): (run: Run) => T {
  const cell = compiler.cell();
  return (run) => {
    const known = run.cells[cell];
    if (known !== undefined) return known as T;
    const value = compute(run);
    run.cells[cell] = value;
    return value;
  };
}
