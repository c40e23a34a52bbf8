import { parseDatetime } from "./datetime.ts";
import type { Column, Read, Relation, Row } from "./relation.ts";
import type { ScalarType } from "./scalar-type.ts";
import { parseTimespan } from "./timespan.ts";
import type { Value } from "./value.ts";

/** A table: its rows are the caller's own objects, whose cells are read as the declared types say. */
export function tableRelation(name: string, columns: Readonly<Record<string, ScalarType>>): Relation {
  return {
    columns: Object.entries(columns).map(
      ([column, type]): Column => ({ name: column, type, read: reader(column, type) }),
    ),
    ingestionTime: reader("$IngestionTime", "datetime"),
    rows: (run) => run.tables.get(name) ?? [],
  };
}

function reader(name: string, type: ScalarType): Read {
  const cell = cellReader(name);
  switch (type) {
    case "string":
      return (row) => text(cell(row));
    case "dynamic":
      return (row) => (cell(row) ?? null) as Value;
    case "bool":
      return (row) => only(cell(row), "boolean");
    case "datetime":
      return (row) => parsed(cell(row), parseDatetime);
    case "timespan":
      return (row) => parsed(cell(row), parseTimespan);
    case "guid":
      return (row) => only(cell(row), "string")?.toString().toLowerCase() ?? null;
    default:
      return (row) => only(cell(row), "number");
  }
}

function cellReader(name: string): (row: Row) => unknown {
  const read = (row: Row) => (row as Readonly<Record<string, unknown>>)[name];
  // Only these names could be found on the prototype; the check costs too much to do for every cell.
  if (!(name in Object.prototype)) return read;
  return (row) => (Object.hasOwn(row as object, name) ? read(row) : undefined);
}

/** A number or object in a text column is shown as the text it would have been ingested as. */
function text(cell: unknown): string {
  if (typeof cell === "string") return cell;
  if (cell === undefined || cell === null) return "";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}

function only(cell: unknown, type: "boolean" | "string" | "number"): Value {
  return typeof cell === type ? (cell as Value) : null;
}

function parsed(cell: unknown, parse: (text: string) => number | null): number | null {
  return typeof cell === "string" ? parse(cell) : null;
}
