import type { ScalarType } from "./scalar-type.ts";

export interface SyntaxColumn {
  readonly name: string;
  /** `undefined` for a type that the simulated Azure does not know. */
  readonly type: ScalarType | undefined;
}

export type SymbolKind = "column" | "variable" | "parameter" | "table" | "function" | "other";

/** A bound syntax node, freed from the shapes of the language service. */
export interface Syntax {
  readonly kind: string;
  /** The source of a token, and of a name or literal made of one token; empty for everything else. */
  readonly text: string;
  readonly start: number;
  readonly length: number;
  readonly parts: Readonly<Record<string, Syntax>>;
  /** The elements of a list. */
  readonly items: readonly Syntax[];
  readonly type: ScalarType | undefined;
  /** The columns of a table, or of a function that yields several. */
  readonly columns: readonly SyntaxColumn[] | undefined;
  readonly symbol: { readonly kind: SymbolKind; readonly name: string } | undefined;
  /** The text of a string literal, unescaped. */
  readonly literal: string | undefined;
  /** The column name an unnamed expression gets, when the language derives one. */
  readonly resultName: () => string | undefined;
  /** The body of the user-defined function called here, bound to the arguments of this call. */
  readonly calledBody: () => Syntax | undefined;
}

export function part(node: Syntax, name: string): Syntax {
  const found = node.parts[name];
  if (found === undefined) throw new Error(`${node.kind} has no ${name}`);
  return found;
}

export function list(node: Syntax, name: string): readonly Syntax[] {
  return node.parts[name]?.items ?? [];
}

/** The `name=value` parameters of an operator, such as `kind=leftouter`. */
export function parameters(node: Syntax): ReadonlyMap<string, Syntax> {
  return new Map(list(node, "Parameters").map((each) => [part(each, "Name").text, part(each, "Expression")]));
}

export function* descendants(node: Syntax): Generator<Syntax> {
  yield node;
  for (const child of Object.values(node.parts)) yield* descendants(child);
  for (const item of node.items) yield* descendants(item);
}
