import type { Column, Read, Relation, Row } from "../relation.ts";
import { columnMap } from "../relation.ts";
import type { Scope } from "../scope.ts";
import { list, parameters, part, type Syntax, type SyntaxColumn } from "../syntax.ts";
import { Unsupported } from "../unsupported.ts";
import { typeOf } from "./columns.ts";

interface Branch {
  readonly name: string;
  readonly relation: Relation;
}

interface BranchRow {
  readonly branch: number;
  readonly row: Row;
}

const understood = new Set(["kind", "withsource", "isfuzzy"]);

/** `union`, as the start of a query or after a pipe. Branches unknown to a fuzzy union are gone by now. */
export function union(node: Syntax, input: Relation | undefined, scope: Scope): Relation {
  const given = parameters(node);
  for (const name of given.keys()) {
    if (!understood.has(name) && !name.startsWith("hint.")) throw new Unsupported(`union ${name}=`, node);
  }
  const source = given.get("withsource")?.text;
  const branches = [
    ...(input ? [{ name: "union_arg0", relation: input }] : []),
    ...list(node, "Expressions").flatMap((each, index) => compileBranches(each, index + (input ? 1 : 0), scope)),
  ];
  const inner = given.get("kind")?.text === "inner";
  const columns = (node.columns ?? [])
    .filter((column) => !inner || shared(column, branches))
    .map((column): Column => {
      const type = typeOf(column, node);
      const reads: Read[] =
        column.name === source
          ? branches.map(
              ({ name }) =>
                () =>
                  name,
            )
          : branches.map(({ relation }) => readColumn(relation, column.name, type));
      return { name: column.name, type, read: dispatch(reads) };
    });
  return {
    columns,
    ingestionTime: dispatch(branches.map(({ relation }) => relation.ingestionTime ?? (() => null))),
    rows: (run) =>
      branches.flatMap(({ relation }, branch) => relation.rows(run).map((row): BranchRow => ({ branch, row }))),
  };
}

/** The language service lists every column whatever the kind. */
function shared({ name, type }: SyntaxColumn, branches: readonly Branch[]): boolean {
  return branches.every(({ relation }) => relation.columns.some((own) => own.name === name && own.type === type));
}

function compileBranches(node: Syntax, index: number, scope: Scope): readonly Branch[] {
  if (node.kind === "NameReference" && part(node, "Name").kind === "WildcardedName") {
    const pattern = new RegExp(`^${part(node, "Name").text.split("*").map(escapeRegex).join(".*")}$`);
    return scope.compiler.tableNames
      .filter((name) => pattern.test(name))
      .flatMap((name) => {
        const relation = scope.compiler.table(name);
        return relation ? [{ name, relation }] : [];
      });
  }
  const name = node.kind === "NameReference" ? node.text : `union_arg${index}`;
  return [{ name, relation: scope.compiler.relation(node, { ...scope, context: undefined }) }];
}

function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** A name that has two types in the branches becomes one column per type, `name_type`. */
function readColumn({ columns }: Relation, name: string, type: Column["type"]): Read {
  const known = columnMap(columns);
  const exact = known.get(name);
  if (exact?.type === type) return exact.read;
  const suffix = `_${type}`;
  const split = name.endsWith(suffix) ? known.get(name.slice(0, -suffix.length)) : undefined;
  if (split?.type === type) return split.read;
  return type === "string" ? () => "" : () => null;
}

function dispatch(reads: readonly Read[]): Read {
  return (row) => {
    const { branch, row: own } = row as BranchRow;
    return reads[branch]?.(own) ?? null;
  };
}
