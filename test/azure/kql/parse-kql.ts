import { type Bound, bind, type Diagnostic, globals, type Schema } from "./kusto-bridge.ts";
import { descendants, list, parameters, type Syntax, type SyntaxColumn } from "./syntax.ts";

export interface KqlProblem {
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly length: number;
  readonly kind: "syntax" | "semantic" | "unsupported";
}

export interface ParsedKql {
  readonly problems: readonly KqlProblem[];
  readonly syntax: Syntax;
  readonly columns: readonly SyntaxColumn[];
}

const unknownFuzzyTable = "KS205";
/** A table that is not known, in a pipe (KS204), in a fuzzy union (KS205) or standing alone (KS142). */
const unknownName = new Set(["KS204", unknownFuzzyTable, "KS142"]);

interface ParseOptions {
  readonly caseInsensitive: boolean;
}

/** What the product asks about, in one string at the start of a query. It decides no column and no type. */
const payload = /^(let \w+ = parse_json\(base64_decode_tostring\()"([A-Za-z0-9+/=]*)"(?=\)\);)/;
const bySchema = new WeakMap<Schema, Map<string, ParsedKql>>();

/**
 * A query parsed and bound by the language service against the given tables, with everything wrong with it. Binding is
 * slow, so queries that differ in their payload alone are bound once.
 */
export function parseKql(query: string, schema: Schema, options: ParseOptions): ParsedKql {
  const [whole, before = "", carried = ""] = payload.exec(query) ?? [];
  if (whole === undefined) return parseWhole(query, schema, options);
  const common = `${before}""${query.slice(whole.length)}`;
  const known = bySchema.get(schema) ?? new Map<string, ParsedKql>();
  bySchema.set(schema, known);
  const key = `${options.caseInsensitive} ${common}`;
  const parsed = known.get(key) ?? parseWhole(common, schema, options);
  known.set(key, parsed);
  if (parsed.problems.length > 0) return parseWhole(query, schema, options); // for the positions in this very text
  return { ...parsed, syntax: withLiteral(parsed.syntax, before.length, carried) };
}

function withLiteral(node: Syntax, at: number, literal: string): Syntax {
  if (!within(node, at)) return node;
  if (node.kind === "StringLiteralExpression") return { ...node, literal };
  return {
    ...node,
    parts: Object.fromEntries(Object.entries(node.parts).map(([name, one]) => [name, withLiteral(one, at, literal)])),
    items: node.items.map((item) => withLiteral(item, at, literal)),
  };
}

function parseWhole(query: string, schema: Schema, options: ParseOptions): ParsedKql {
  const state = globalsFor(schema);
  const known = new Map(Object.keys(schema).map((name) => [name.toLowerCase(), name]));
  let text = query;
  let bound = bind(text, state);
  const dropped: KqlProblem[] = [];
  // Each round mends at least one name or empties one branch, so this ends.
  for (;;) {
    const mended = options.caseInsensitive ? correctCase(text, bound.diagnostics, known) : text;
    const reduced = mended === text ? dropUnknownBranches(text, bound, dropped) : mended;
    if (reduced === text || dropped.length > 0) break;
    text = reduced;
    bound = bind(text, state);
  }
  const errors = bound.diagnostics.filter(({ severity }) => severity === "error").map(toProblem);
  return { syntax: bound.syntax, columns: bound.columns, problems: [...errors, ...dropped] };
}

const states = new WeakMap<Schema, object>();

function globalsFor(schema: Schema): object {
  const known = states.get(schema);
  if (known !== undefined) return known;
  const state = globals(schema);
  states.set(schema, state);
  return state;
}

function toProblem({ code, message, start, length, syntactic }: Diagnostic): KqlProblem {
  return { code, message, start, length, kind: syntactic ? "syntax" : "semantic" };
}

/** The service knows its tables by lower-case names whatever the query writes; the language service does not. */
function correctCase(text: string, diagnostics: readonly Diagnostic[], known: ReadonlyMap<string, string>): string {
  let result = text;
  for (const { code, start, length } of diagnostics) {
    if (!unknownName.has(code)) continue;
    const name = known.get(text.slice(start, start + length).toLowerCase());
    if (name !== undefined) result = result.slice(0, start) + name + result.slice(start + length);
  }
  return result;
}

/**
 * `union isfuzzy=true` leaves out branches whose table does not exist. The language service keeps them, as tables with
 * open columns, which would rename columns downstream; so they are blanked out (positions stay) and bound again.
 */
function dropUnknownBranches(text: string, { syntax, diagnostics }: Bound, dropped: KqlProblem[]): string {
  const unknown = diagnostics.filter(({ code }) => code === unknownFuzzyTable);
  if (unknown.length === 0) return text;
  for (const node of descendants(syntax)) {
    if (node.kind !== "UnionOperator" || parameters(node).get("isfuzzy")?.text !== "true") continue;
    const branches = list(node, "Expressions");
    const bad = branches.filter((branch) => unknown.some(({ start }) => within(branch, start)));
    if (bad.length === 0) continue;
    if (bad.length < branches.length) return blank(text, branches, bad);
    dropped.push({
      code: "SEM0100",
      message: "'union' operator: none of the fuzzy sources could be resolved.",
      start: node.start,
      length: node.length,
      kind: "semantic",
    });
  }
  return text;
}

function within({ start, length }: Syntax, position: number): boolean {
  return position >= start && position < start + length;
}

function blank(text: string, branches: readonly Syntax[], bad: readonly Syntax[]): string {
  const first = branches[0];
  const last = branches.at(-1);
  if (first === undefined || last === undefined) return text;
  const end = last.start + last.length;
  let result = text.slice(0, first.start);
  let separator = "";
  for (const branch of branches) {
    if (bad.includes(branch)) continue;
    result = result.padEnd(branch.start - separator.length) + separator;
    result += text.slice(branch.start, branch.start + branch.length);
    separator = ",";
  }
  return result.padEnd(end) + text.slice(end);
}
