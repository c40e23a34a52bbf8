import type { Column, Relation } from "../relation.ts";
import { columnMap } from "../relation.ts";
import type { Scope } from "../scope.ts";
import { list, type Syntax } from "../syntax.ts";
import { Unsupported } from "../unsupported.ts";
import { at, compileColumns, computeRows, element, throughFirst } from "./columns.ts";

/** `project`: columns that are only renamed or reordered stay where they are in the row. */
export function project(node: Syntax, input: Relation, scope: Scope): Relation {
  const computed = compileColumns(list(node, "Expressions"), scope);
  const evaluates = computed.filter(({ copies }) => copies === undefined).map(({ evaluate }) => evaluate);
  const wraps = evaluates.length > 0;
  const reads: Omit<Column, "name">[] = [];
  for (const { copies, evaluate, names, type } of computed) {
    if (copies) {
      reads.push({ type, read: wraps ? throughFirst(copies.read) : copies.read });
      continue;
    }
    const index = evaluates.indexOf(evaluate) + 1;
    if (names.length === 1) reads.push({ type, read: at(index) });
    else for (const within of names.keys()) reads.push({ type: "dynamic", read: element(index, within) });
  }
  const named = node.columns ?? [];
  if (named.length !== reads.length) throw new Unsupported("this projection", node);
  return {
    columns: reads.map((column, index) => ({ ...column, name: named[index]?.name ?? "" })),
    // The record's hidden ingestion time is a column like others: what project does not list is gone.
    ingestionTime: undefined,
    rows: computeRows(input, evaluates),
  };
}

/** `project-away`, `project-keep` and `project-reorder`: the language service resolved the wildcards. */
export function select(node: Syntax, input: Relation): Relation {
  const known = columnMap(input.columns);
  const columns = (node.columns ?? []).map(({ name }) => {
    const column = known.get(name);
    if (column === undefined) throw new Unsupported(`the column ${name} here`, node);
    return column;
  });
  return { ...input, columns };
}

/** `project-rename` keeps the order. */
export function projectRename(node: Syntax, input: Relation): Relation {
  const named = node.columns ?? [];
  if (named.length !== input.columns.length) throw new Unsupported("this project-rename", node);
  const columns = input.columns.map((column, index) => ({ ...column, name: named[index]?.name ?? column.name }));
  return { ...input, columns };
}
