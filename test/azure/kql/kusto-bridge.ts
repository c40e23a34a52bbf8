import { createRequire } from "node:module";
import { isScalarType, type ScalarType } from "./scalar-type.ts";
import type { SymbolKind, Syntax, SyntaxColumn } from "./syntax.ts";

/** The little of Kusto.Language that is used here; the package's own declarations describe C# in 1.7 MB. */
interface KustoList<T> {
  readonly Count: number;
  getItem(index: number): T;
}

interface KustoSymbol {
  readonly Name: string;
  readonly Kind: number;
  readonly Columns?: KustoList<KustoColumn>;
}

interface KustoColumn extends KustoSymbol {
  readonly Type: KustoSymbol;
}

interface KustoNode {
  readonly Kind: number;
  readonly IsToken: boolean;
  readonly Text?: string;
  readonly TextStart: number;
  readonly Width: number;
  readonly ChildCount: number;
  readonly ResultType?: KustoSymbol | null;
  readonly ReferencedSymbol?: KustoSymbol | null;
  readonly SimpleName?: string;
  readonly ConstantValue?: unknown;
  GetChild(index: number): KustoNode | null;
  GetName(index: number): string | null;
  GetCalledFunctionBody?(): KustoNode | null;
}

interface KustoDiagnostic {
  readonly Code: string;
  readonly Severity: string;
  readonly Message: string;
  readonly Start: number;
  readonly Length: number;
}

interface KustoCode {
  readonly Syntax: KustoNode;
  readonly ResultType?: KustoSymbol | null;
  GetDiagnostics(): KustoList<KustoDiagnostic>;
  GetSyntaxDiagnostics(): KustoList<KustoDiagnostic>;
}

interface Kusto {
  readonly Language: {
    readonly GlobalState: { readonly Default: { WithDatabase(database: object): object } };
    readonly KustoCode: { ParseAndAnalyze(query: string, globals: object): KustoCode };
    readonly Syntax: { readonly SyntaxKind: Readonly<Record<string, unknown>> };
    readonly Binding: {
      readonly Binder: { GetExpressionResultName(node: KustoNode, defaultName: string | null): string | null };
    };
    readonly Symbols: {
      readonly ScalarTypes: Readonly<Record<string, object>>;
      readonly SymbolKind: Readonly<Record<string, unknown>>;
      readonly ColumnSymbol: new (name: string, type: object, a: null, b: null, c: null, d: null) => object;
      readonly TableSymbol: { readonly $ctor4: new (name: string, columns: readonly object[]) => object };
      readonly DatabaseSymbol: { readonly ctor: new (name: string, members: readonly object[]) => object };
    };
  };
}

export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly length: number;
  readonly severity: "error" | "other";
  readonly syntactic: boolean;
}

export interface Bound {
  readonly syntax: Syntax;
  readonly diagnostics: readonly Diagnostic[];
  readonly columns: readonly SyntaxColumn[];
}

export type Schema = Readonly<Record<string, Readonly<Record<string, ScalarType>>>>;

/** Parses and binds a query against a schema prepared by `globals`. */
export function bind(query: string, globals: object): Bound {
  const code = kusto().Language.KustoCode.ParseAndAnalyze(query, globals);
  const syntactic = new Set(toArray(code.GetSyntaxDiagnostics()).map(identity));
  return {
    syntax: convert(code.Syntax),
    columns: columnsOf(code.ResultType) ?? [],
    diagnostics: toArray(code.GetDiagnostics()).map((each) => ({
      code: each.Code,
      message: each.Message,
      start: each.Start,
      length: each.Length,
      severity: each.Severity === "Error" ? "error" : "other",
      syntactic: syntactic.has(identity(each)),
    })),
  };
}

/** The tables of a schema as the language service wants them. */
export function globals(schema: Schema): object {
  const { GlobalState, Symbols } = kusto().Language;
  // From column symbols on purpose: the constructor that takes a schema text silently drops columns.
  const tables = Object.entries(schema).map(
    ([table, columns]) =>
      new Symbols.TableSymbol.$ctor4(
        table,
        Object.entries(columns).map(
          ([column, type]) => new Symbols.ColumnSymbol(column, kustoType(type), null, null, null, null),
        ),
      ),
  );
  return GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor("simulated", tables));
}

const typeNames: Readonly<Record<ScalarType, string>> = {
  string: "String",
  long: "Long",
  int: "Int",
  real: "Real",
  bool: "Bool",
  datetime: "DateTime",
  timespan: "TimeSpan",
  dynamic: "Dynamic",
  guid: "Guid",
};

function kustoType(type: ScalarType): object {
  const found = kusto().Language.Symbols.ScalarTypes[typeNames[type]];
  if (found === undefined) throw new Error(`the language service has no type ${type}`);
  return found;
}

let loaded:
  | { readonly kusto: Kusto; readonly kinds: readonly string[]; readonly symbols: readonly string[] }
  | undefined;

/** Loading takes half a second and defines globals, so it happens once, when the first query comes. */
function load() {
  if (loaded !== undefined) return loaded;
  const require = createRequire(import.meta.url);
  require("@kusto/language-service-next/bridge.min.js");
  require("@kusto/language-service-next/Kusto.Language.Bridge.min.js");
  const found = (globalThis as typeof globalThis & { Kusto: Kusto }).Kusto;
  loaded = {
    kusto: found,
    kinds: names(found.Language.Syntax.SyntaxKind),
    symbols: names(found.Language.Symbols.SymbolKind),
  };
  return loaded;
}

function kusto(): Kusto {
  return load().kusto;
}

function names(words: Readonly<Record<string, unknown>>): readonly string[] {
  const result: string[] = [];
  for (const [name, value] of Object.entries(words)) if (typeof value === "number") result[value] = name;
  return result;
}

function toArray<T>(items: KustoList<T>): readonly T[] {
  // An empty answer is now and then a plain array without Count.
  return Array.from({ length: items.Count ?? 0 }, (_, index) => items.getItem(index));
}

function identity({ Code, Start, Length }: KustoDiagnostic): string {
  return `${Code}@${Start}+${Length}`;
}

function convert(node: KustoNode): Syntax {
  const { kinds } = load();
  const kind = kinds[node.Kind] ?? "Unknown";
  const parts: Record<string, Syntax> = {};
  const items: Syntax[] = [];
  if (!node.IsToken) {
    for (let index = 0; index < node.ChildCount; index++) {
      const child = node.GetChild(index);
      if (child === null) continue;
      if (kind === "List") items.push(convert(unwrap(child, kinds)));
      else parts[node.GetName(index) ?? String(index)] = convert(child);
    }
  }
  const literal = isStringLiteral(kind) && typeof node.ConstantValue === "string" ? node.ConstantValue : undefined;
  return {
    kind,
    parts,
    items,
    literal,
    text: node.IsToken ? (node.Text ?? "") : (node.SimpleName ?? onlyToken(parts)),
    start: node.TextStart,
    length: node.Width,
    type: scalarType(node.ResultType),
    columns: columnsOf(node.ResultType),
    symbol: symbolOf(node.ReferencedSymbol),
    resultName: () => kusto().Language.Binding.Binder.GetExpressionResultName(node, null) ?? undefined,
    calledBody: () => {
      const body = node.GetCalledFunctionBody?.();
      return body ? convert(body) : undefined;
    },
  };
}

function unwrap(child: KustoNode, kinds: readonly string[]): KustoNode {
  if (kinds[child.Kind] !== "SeparatedElement") return child;
  return child.GetChild(0) ?? child;
}

function isStringLiteral(kind: string): boolean {
  return kind === "StringLiteralExpression" || kind === "CompoundStringLiteralExpression";
}

function onlyToken(parts: Readonly<Record<string, Syntax>>): string {
  const [first, second] = Object.values(parts);
  return first !== undefined && second === undefined ? first.text : "";
}

function scalarType(type: KustoSymbol | null | undefined): ScalarType | undefined {
  const name = type?.Name ?? "";
  return isScalarType(name) ? name : undefined;
}

function columnsOf(type: KustoSymbol | null | undefined): readonly SyntaxColumn[] | undefined {
  if (!type?.Columns) return undefined;
  return toArray(type.Columns).map((column) => ({ name: column.Name, type: scalarType(column.Type) }));
}

const symbolKinds: Readonly<Record<string, SymbolKind>> = {
  Column: "column",
  Variable: "variable",
  Parameter: "parameter",
  Table: "table",
  Function: "function",
};

function symbolOf(symbol: KustoSymbol | null | undefined): Syntax["symbol"] {
  if (!symbol) return undefined;
  return { kind: symbolKinds[load().symbols[symbol.Kind] ?? ""] ?? "other", name: symbol.Name };
}
