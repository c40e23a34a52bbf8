import { type CompiledKql, compileKql } from "./compile-kql.ts";
import { dateToTicks, formatDatetimeCell } from "./datetime.ts";
import type { Schema } from "./kusto-bridge.ts";
import { type KqlProblem, parseKql } from "./parse-kql.ts";
import { QueryFault } from "./query-fault.ts";
import type { Run } from "./relation.ts";
import type { ScalarType } from "./scalar-type.ts";
import { formatTimespanCell } from "./timespan.ts";
import type { Value } from "./value.ts";

export type { KqlProblem } from "./parse-kql.ts";
export type { ScalarType } from "./scalar-type.ts";

/** A table of the simulated Azure: raw JSON rows; datetimes are ISO texts, a missing cell is null (a string: empty). */
export interface KqlTable {
  readonly columns: Readonly<Record<string, ScalarType>>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

export type KqlAnswer =
  | {
      readonly ok: true;
      readonly columns: readonly { readonly name: string; readonly type: ScalarType }[];
      readonly rows: readonly (readonly unknown[])[];
      readonly facts: {
        /** The query has take, limit, top or sample. */
        readonly limits: boolean;
      };
    }
  | { readonly ok: false; readonly problems: readonly KqlProblem[] };

export interface KqlOptions {
  readonly now: Date;
  /** Table names match whatever their case, as in Resource Graph. */
  readonly caseInsensitiveTables?: boolean;
}

type Tables = Readonly<Record<string, KqlTable>>;

/** Runs a query over rows in memory, as Log Analytics or Resource Graph would. */
export function runKql(query: string, tables: Tables, options: KqlOptions): KqlAnswer {
  const compiled = compile(query, tables, options.caseInsensitiveTables ?? false);
  if (!compiled.ok) return compiled;
  const run: Run = {
    now: dateToTicks(options.now.getTime()),
    tables: new Map(Object.entries(tables).map(([name, { rows }]) => [name, rows])),
    cells: [],
    window: [],
    position: 0,
  };
  const { columns } = compiled.relation;
  try {
    const cells = columns.map(({ type, read }) => ({ read, show: cellWriter(type) }));
    return {
      ok: true,
      columns: columns.map(({ name, type }) => ({ name, type })),
      rows: compiled.relation.rows(run).map((row) => cells.map(({ read, show }) => show(read(row)))),
      facts: { limits: compiled.limits },
    };
  } catch (error) {
    if (!(error instanceof QueryFault)) throw error;
    const problem: KqlProblem = {
      code: "QueryFault",
      message: error.message,
      start: 0,
      length: query.length,
      kind: "semantic",
    };
    return { ok: false, problems: [problem] };
  }
}

/** Everything wrong with a query, including what the interpreter does not implement; empty when it would run. */
export function checkKql(
  query: string,
  tables: Tables,
  options: Pick<KqlOptions, "caseInsensitiveTables"> = {},
): readonly KqlProblem[] {
  const compiled = compile(query, tables, options.caseInsensitiveTables ?? false);
  return compiled.ok ? [] : compiled.problems;
}

/** The columns a query answers with. */
export function resultColumns(
  query: string,
  tables: Tables,
  options: Pick<KqlOptions, "caseInsensitiveTables"> = {},
): readonly { readonly name: string; readonly type: ScalarType }[] {
  const compiled = compile(query, tables, options.caseInsensitiveTables ?? false);
  if (!compiled.ok) throw new Error(compiled.problems.map(({ code, message }) => `${code}: ${message}`).join("\n"));
  return compiled.relation.columns.map(({ name, type }) => ({ name, type }));
}

function cellWriter(type: ScalarType): (value: Value) => unknown {
  if (type === "datetime") return (value) => (typeof value === "number" ? formatDatetimeCell(value) : null);
  if (type === "timespan") return (value) => (typeof value === "number" ? formatTimespanCell(value) : null);
  // JSON has no NaN and no infinity; the services write them as text.
  if (type === "real") return (value) => (value === null || Number.isFinite(value) ? value : String(value));
  return (value) => value;
}

const cacheSize = 500;
const plans = new Map<string, CompiledKql>();

function compile(query: string, tables: Tables, caseInsensitive: boolean): CompiledKql {
  const key = `${fingerprint(tables)}\n${caseInsensitive}\n${query}`;
  const known = plans.get(key);
  // Taking it out and putting it back keeps the map in order of use.
  plans.delete(key);
  const plan = known ?? compileKql(parseKql(query, schemaOf(tables), { caseInsensitive }), schemaOf(tables));
  plans.set(key, plan);
  const oldest = plans.keys().next();
  if (plans.size > cacheSize && !oldest.done) plans.delete(oldest.value);
  return plan;
}

const schemas = new Map<string, Schema>();

/** One schema object per shape, so that what is derived from it can be kept beside it. */
function schemaOf(tables: Tables): Schema {
  const key = fingerprint(tables);
  const known = schemas.get(key);
  if (known !== undefined) return known;
  const schema = Object.fromEntries(Object.entries(tables).map(([name, { columns }]) => [name, columns]));
  if (schemas.size > cacheSize) schemas.clear();
  schemas.set(key, schema);
  return schema;
}

const columnTexts = new WeakMap<KqlTable["columns"], string>();

function fingerprint(tables: Tables): string {
  let text = "";
  for (const [name, { columns }] of Object.entries(tables)) {
    let own = columnTexts.get(columns);
    if (own === undefined) {
      own = JSON.stringify(columns);
      columnTexts.set(columns, own);
    }
    text += `${name}${own}`;
  }
  return text;
}
