import type { Column, Relation } from "../relation.ts";
import type { Scope } from "../scope.ts";
import { list, type Syntax } from "../syntax.ts";
import { Unsupported } from "../unsupported.ts";
import { at, type Computed, compileColumns, computeRows, element, throughFirst, wrapped } from "./columns.ts";

/** `extend`, and `serialize` with columns: new values beside the row, whose own cells are not copied. */
export function extend(node: Syntax, input: Relation, scope: Scope): Relation {
  const computed = compileColumns(list(node, "Expressions"), scope);
  const unnamed = namesOfUnnamed(node, input, computed);
  const added = new Map<string, Column>();
  for (const [index, { names, type }] of computed.entries()) {
    const several = names.length > 1;
    for (const [within, given] of names.entries()) {
      const name = given ?? unnamed.shift();
      if (name === undefined) throw new Unsupported("this column without a name", node);
      const read = several ? element(index + 1, within) : at(index + 1);
      added.set(name, { name, type: several ? "dynamic" : type, read });
    }
  }
  const kept = wrapped(input.columns).map((column) => added.get(column.name) ?? column);
  const names = new Set(kept.map(({ name }) => name));
  return {
    columns: [...kept, ...[...added.values()].filter(({ name }) => !names.has(name))],
    ingestionTime: input.ingestionTime && throughFirst(input.ingestionTime),
    rows: computeRows(
      input,
      computed.map(({ evaluate }) => evaluate),
    ),
  };
}

/** The names the language service numbered, in order. */
function namesOfUnnamed(node: Syntax, input: Relation, computed: readonly Computed[]): string[] {
  const taken = new Set([...input.columns.map(({ name }) => name), ...computed.flatMap(({ names }) => names)]);
  return (node.columns ?? []).map(({ name }) => name).filter((name) => !taken.has(name));
}
