import { QueryFault } from "./query-fault.ts";

/**
 * Datetimes as ticks of 100 ns since 2024-01-01.
 *
 * Counting from there instead of from 1970 keeps every tick from 1995 to 2052 an exact number, so that a watermark
 * with seven fractional digits survives a comparison.
 */
export const ticksPerMillisecond = 10_000;
export const ticksPerSecond = 10_000_000;
export const ticksPerMinute = 60 * ticksPerSecond;
export const ticksPerHour = 60 * ticksPerMinute;
export const ticksPerDay = 24 * ticksPerHour;

const epoch = Date.UTC(2024, 0, 1);
const yearOne = new Date(0);
yearOne.setUTCFullYear(1, 0, 1);
const millisecondsBeforeEpoch = BigInt(epoch - yearOne.getTime());

export function dateToTicks(milliseconds: number): number {
  return (milliseconds - epoch) * ticksPerMillisecond;
}

export function ticksToDate(ticks: number): Date {
  return new Date(Math.floor(ticks / ticksPerMillisecond) + epoch);
}

const shape = /^(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/i;

/** Ticks of an ISO-like text in UTC, or null when it is no date. */
export function parseDatetime(text: string): number | null {
  const iso = parseIso(text);
  if (iso !== null) return iso;
  const match = shape.exec(text.trim());
  if (match === null) return parseOther(text);
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = match;
  const days = Date.UTC(Number(year), Number(month) - 1, Number(day));
  if (Number(month) > 12 || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  if (new Date(days).getUTCDate() !== Number(day)) return null;
  const ticks = dateToTicks(days) + Number(fraction.padEnd(7, "0").slice(0, 7));
  const time = Number(hour) * ticksPerHour + Number(minute) * ticksPerMinute + Number(second) * ticksPerSecond;
  return ticks + time - zoneOffset(zone);
}

/** `2026-11-20T09:14:02.1187730Z` without a regular expression: most cells look like this and there are many. */
function parseIso(text: string): number | null {
  const { length } = text;
  if (length < 20 || length > 28 || text.charCodeAt(length - 1) !== 90) return null;
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45 || text.charCodeAt(10) !== 84) return null;
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return null;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  let fraction = 0;
  if (length > 20) {
    if (text.charCodeAt(19) !== 46) return null;
    fraction = digits(text, 20, length - 1) * 10 ** (28 - length);
  }
  // 29 to 31 go the careful way, which knows how long a month is.
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour < 24 && minute < 60 && second < 60)) return null;
  if (Number.isNaN(fraction) || year < 100) return null;
  return dateToTicks(Date.UTC(year, month - 1, day, hour, minute, second)) + fraction;
}

function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let index = from; index < to; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

/** RFC 822 and 850 texts, which Kusto reads too; a bare number is no date. */
function parseOther(text: string): number | null {
  if (!/^[A-Za-z]{3,9},? /.test(text)) return null;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? null : dateToTicks(milliseconds);
}

function zoneOffset(zone: string): number {
  if (zone.toUpperCase() === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith("-") ? -minutes : minutes) * ticksPerMinute;
}

/** As `tostring()` writes it: always seven fractional digits. */
export function formatDatetime(ticks: number): string {
  const year = ticksToDate(ticks).getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) throw new QueryFault("A datetime lies outside the years 1 to 9999.");
  const fraction = ticks - Math.floor(ticks / ticksPerSecond) * ticksPerSecond;
  return `${ticksToDate(ticks).toISOString().slice(0, -5)}.${String(fraction).padStart(7, "0")}Z`;
}

/** As an answer carries it: milliseconds, and the rest only when there is one. */
export function formatDatetimeCell(ticks: number): string {
  return formatDatetime(ticks).replace(/0{1,4}Z$/, "Z");
}

/** Rounds down to a multiple of `size` counted, as Kusto does, from the first day of year 1 (a Monday). */
export function binDatetime(ticks: number, size: number): number {
  const phase = binPhase(size);
  return Math.floor((ticks + phase) / size) * size - phase;
}

const phases = new Map<number, number>();

function binPhase(size: number): number {
  const known = phases.get(size);
  if (known !== undefined) return known;
  const phase = Number((millisecondsBeforeEpoch * BigInt(ticksPerMillisecond)) % BigInt(size));
  phases.set(size, phase);
  return phase;
}
