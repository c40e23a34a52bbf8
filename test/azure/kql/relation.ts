import type { ScalarType } from "./scalar-type.ts";
import type { Value } from "./value.ts";

/**
 * A row as it travels through a query. Only the columns of its relation know how to read it: a row of a table is the
 * caller's own object, and an operator wraps it instead of copying it.
 */
export type Row = unknown;

export type Read = (row: Row) => Value;

export interface Column {
  readonly name: string;
  readonly type: ScalarType;
  readonly read: Read;
}

export interface Relation {
  readonly columns: readonly Column[];
  readonly rows: (run: Run) => readonly Row[];
  /** Reads `ingestion_time()`; absent once rows no longer stand for one ingested record. */
  readonly ingestionTime: Read | undefined;
}

/** One execution of a compiled query. */
export interface Run {
  readonly now: number;
  readonly tables: ReadonlyMap<string, readonly Row[]>;
  /** What this execution has computed once and for all: let values, constant subexpressions, sets of `in`. */
  readonly cells: unknown[];
  /** Where a row operator stands, for `row_number()`, `prev()` and `next()`. */
  window: readonly Row[];
  position: number;
}

export type Evaluate = (row: Row, run: Run) => Value;

export interface Expression {
  readonly type: ScalarType;
  /** The same for every row of one execution. */
  readonly fixed: boolean;
  readonly evaluate: Evaluate;
}

export function columnMap(columns: readonly Column[]): ReadonlyMap<string, Column> {
  return new Map(columns.map((column) => [column.name, column]));
}
