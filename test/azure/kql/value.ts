/**
 * A value inside the interpreter.
 *
 * Datetimes and timespans are numbers of ticks (see `datetime.ts`), guids are lower-case strings, dynamic values are
 * JSON. A string is never null, as in Kusto; every other type may be. A long beyond 2^53 loses its last digits.
 */
export type Value = string | number | boolean | null | readonly Value[] | Bag;

export interface Bag {
  readonly [key: string]: Value;
}

export function isBag(value: Value): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** The value of a bag's own key: names from outside such as `constructor` never reach a prototype. */
export function bagValue(bag: Value, key: string): Value {
  if (!isBag(bag) || !Object.hasOwn(bag, key)) return null;
  return bag[key] ?? null;
}

/** Orders two values of one type, nulls lowest. Strings compare by code unit, as Kusto does, not by locale. */
export function compareValues(a: Value, b: Value): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (typeof a === "object" || typeof b === "object") return compareValues(JSON.stringify(a), JSON.stringify(b));
  if (typeof a !== typeof b) return typeof a < typeof b ? -1 : 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A text that two values of one column share exactly when they are equal; lengths keep joined keys apart. */
export function valueKey(value: Value): string {
  if (typeof value === "string") return `${value.length}:${value}`;
  if (value === null) return "n";
  if (typeof value === "object") return `j${canonicalJson(value)}`;
  return String(value);
}

function canonicalJson(value: Value): string {
  if (isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (!isBag(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`).join()}}`;
}
