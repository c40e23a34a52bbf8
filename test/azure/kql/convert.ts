import { formatDatetime, parseDatetime } from "./datetime.ts";
import type { ScalarType } from "./scalar-type.ts";
import { formatTimespan, parseTimespan } from "./timespan.ts";
import { isArray, isBag, type Value } from "./value.ts";

export type Convert = (value: Value) => Value;

/** How a value of one type becomes one of another (`tostring`, `toint`, …), or undefined when nothing needs doing. */
export function converter(from: ScalarType, to: ScalarType): Convert | undefined {
  if (from === to) return undefined;
  if (to === "string") return (value) => toText(value, from);
  if (to === "dynamic") return toDynamic(from);
  if (from === "dynamic") return (value) => fromDynamic(value, to);
  if (from === "string") return (value) => (typeof value === "string" ? parseText(value, to) : null);
  if (isNumeric(from)) return fromNumber(to);
  if (from === "bool" && isNumeric(to)) return (value) => (value === null ? null : Number(value));
  return () => null;
}

export function isNumeric(type: ScalarType): boolean {
  return type === "long" || type === "int" || type === "real";
}

/** As `tostring()`: null becomes the empty string, for a Kusto string has no null. */
export function toText(value: Value, type: ScalarType): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "object") return JSON.stringify(value);
  if (type === "datetime") return formatDatetime(value);
  if (type === "timespan") return formatTimespan(value);
  // A whole real keeps its point, so that it does not read like a long.
  if (type === "real" && Number.isInteger(value) && Math.abs(value) < 1e15) return value.toFixed(1);
  return String(value);
}

/** Dates and durations inside a dynamic value are held as the text they would be sent as. */
function toDynamic(from: ScalarType): Convert | undefined {
  if (from !== "datetime" && from !== "timespan") return undefined;
  return (value) => (value === null ? null : toText(value, from));
}

function fromDynamic(value: Value, to: ScalarType): Value {
  if (value === null || isArray(value) || isBag(value)) return null;
  if (typeof value === "string") return parseText(value, to);
  if (typeof value === "boolean") return to === "bool" ? value : isNumeric(to) ? Number(value) : null;
  return fromNumber(to)(value);
}

function fromNumber(to: ScalarType): Convert {
  if (to === "real") return (value) => value;
  if (to === "long" || to === "int") return (value) => (Number.isFinite(value) ? Math.trunc(Number(value)) : null);
  if (to === "bool") return (value) => (value === null ? null : value !== 0);
  if (to === "timespan" || to === "datetime") return (value) => value;
  return () => null;
}

const guidShape = /^\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;

function parseText(text: string, to: ScalarType): Value {
  switch (to) {
    case "long":
    case "int":
      return parseInteger(text);
    case "real":
      return parseReal(text);
    case "bool":
      return parseBool(text);
    case "datetime":
      return parseDatetime(text);
    case "timespan":
      return parseTimespan(text);
    case "guid": {
      const match = guidShape.exec(text.trim());
      return match === null ? null : match.slice(1).join("-").toLowerCase();
    }
    default:
      return text;
  }
}

function parseInteger(text: string): number | null {
  const trimmed = text.trim();
  return /^[+-]?\d+$|^0x[0-9a-f]+$/i.test(trimmed) ? Number(trimmed) : null;
}

function parseReal(text: string): number | null {
  const trimmed = text.trim();
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return Number(trimmed);
  const infinite = /^([+-]?)inf(inity)?$/i.exec(trimmed);
  if (infinite !== null) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (trimmed.toLowerCase() === "nan") return Number.NaN;
  return null;
}

function parseBool(text: string): boolean | null {
  const lower = text.trim().toLowerCase();
  if (lower === "true") return true;
  if (lower === "false") return false;
  const number = parseInteger(lower);
  return number === null ? null : number !== 0;
}
