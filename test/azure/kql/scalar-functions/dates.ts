import {
  dateToTicks,
  formatDatetime,
  ticksPerDay,
  ticksPerHour,
  ticksPerMillisecond,
  ticksPerMinute,
  ticksPerSecond,
  ticksToDate,
} from "../datetime.ts";
import { as } from "../expression.ts";
import { QueryFault } from "../query-fault.ts";
import { formatTimespanCell } from "../timespan.ts";
import { argument, define, type ScalarFunction } from "./define.ts";

export const dates: Readonly<Record<string, ScalarFunction>> = {
  now: (call) => {
    const offset = call.args[0] && as(call.args[0], "timespan");
    return (row, run) => run.now + Number(offset?.(row, run) ?? 0);
  },
  ago: (call) => {
    const back = as(argument(call, 0), "timespan");
    return (row, run) => {
      const ticks = back(row, run);
      return ticks === null ? null : run.now - Number(ticks);
    };
  },
  startofday: define(["datetime", "long"], (at, offset = 0) => startOf("day", at, offset)),
  startofweek: define(["datetime", "long"], (at, offset = 0) => startOf("week", at, offset)),
  startofmonth: define(["datetime", "long"], (at, offset = 0) => startOf("month", at, offset)),
  startofyear: define(["datetime", "long"], (at, offset = 0) => startOf("year", at, offset)),
  endofday: define(["datetime", "long"], (at, offset = 0) => startOf("day", at, offset + 1) - 1),
  endofweek: define(["datetime", "long"], (at, offset = 0) => startOf("week", at, offset + 1) - 1),
  endofmonth: define(["datetime", "long"], (at, offset = 0) => startOf("month", at, offset + 1) - 1),
  endofyear: define(["datetime", "long"], (at, offset = 0) => startOf("year", at, offset + 1) - 1),
  dayofweek: define(["datetime"], (at) => ticksToDate(at).getUTCDay() * ticksPerDay),
  dayofmonth: define(["datetime"], (at) => ticksToDate(at).getUTCDate()),
  dayofyear: define(["datetime"], (at) => Math.floor((at - startOf("year", at, 0)) / ticksPerDay) + 1),
  hourofday: define(["datetime"], (at) => ticksToDate(at).getUTCHours()),
  getmonth: define(["datetime"], (at) => ticksToDate(at).getUTCMonth() + 1),
  monthofyear: define(["datetime"], (at) => ticksToDate(at).getUTCMonth() + 1),
  getyear: define(["datetime"], (at) => ticksToDate(at).getUTCFullYear()),
  week_of_year: define(["datetime"], isoWeek),
  datetime_diff: define(["string", "datetime", "datetime"], (period, a, b) => index(period, a) - index(period, b)),
  datetime_add: define(["string", "long", "datetime"], (period, amount, at) => add(period, amount, at)),
  datetime_part: define(["string", "datetime"], datetimePart),
  make_datetime: define(
    ["long", "long", "long", "long", "long", "real"],
    (year, month, day, hour = 0, minute = 0, second = 0) => {
      const at = dateToTicks(Date.UTC(year, month - 1, day, hour, minute)) + Math.round(second * ticksPerSecond);
      return ticksToDate(at).getUTCMonth() + 1 === month ? at : null;
    },
  ),
  make_timespan: define(["real", "real", "real", "real"], (first, second, third?: number, fourth?: number) => {
    if (fourth !== undefined) return timespanOf(first, second, third ?? 0, fourth);
    return timespanOf(0, first, second, third ?? 0);
  }),
  unixtime_seconds_todatetime: define(["real"], (seconds) => dateToTicks(seconds * 1000)),
  unixtime_milliseconds_todatetime: define(["real"], (milliseconds) => dateToTicks(milliseconds)),
  unixtime_microseconds_todatetime: define(["real"], (microseconds) => dateToTicks(microseconds / 1000)),
  unixtime_nanoseconds_todatetime: define(["real"], (nanoseconds) => dateToTicks(nanoseconds / 1_000_000)),
  format_datetime: define(["datetime", "string"], formatDate),
  format_timespan: define(["timespan", "string"], formatSpan),
};

function timespanOf(days: number, hours: number, minutes: number, seconds: number): number {
  const ticks = days * ticksPerDay + hours * ticksPerHour + minutes * ticksPerMinute + seconds * ticksPerSecond;
  return Math.round(ticks);
}

const fixedPeriods: Readonly<Record<string, number>> = {
  day: ticksPerDay,
  hour: ticksPerHour,
  minute: ticksPerMinute,
  second: ticksPerSecond,
  millisecond: ticksPerMillisecond,
  microsecond: 10,
  nanosecond: 0.01,
};

const calendarPeriods: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };

/** The number of the period a moment lies in: differences of these count boundaries crossed, as Kusto does. */
function index(period: string, at: number): number {
  const name = period.toLowerCase();
  const months = calendarPeriods[name];
  if (months !== undefined) return Math.floor(monthNumber(at) / months);
  if (name === "week") return startOf("week", at, 0) / (7 * ticksPerDay);
  return Math.floor(at / fixedSize(name));
}

function fixedSize(period: string): number {
  const size = fixedPeriods[period];
  if (size === undefined) throw new QueryFault(`'${period}' is not a period of time`);
  return size;
}

function monthNumber(at: number): number {
  const date = ticksToDate(at);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function startOf(period: "day" | "week" | "month" | "year", at: number, offset: number): number {
  const date = ticksToDate(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (period) {
    case "year":
      return dateToTicks(Date.UTC(year + offset, 0));
    case "month":
      return dateToTicks(Date.UTC(year, month + offset));
    case "week":
      return dateToTicks(Date.UTC(year, month, day - date.getUTCDay() + 7 * offset));
    case "day":
      return dateToTicks(Date.UTC(year, month, day + offset));
  }
}

function isoWeek(at: number): number {
  const date = ticksToDate(at);
  const thursday = startOf("day", at, 4 - (date.getUTCDay() || 7));
  return Math.floor((thursday - startOf("year", thursday, 0)) / ticksPerDay / 7) + 1;
}

function add(period: string, amount: number, at: number): number {
  const name = period.toLowerCase();
  if (name === "week") return at + amount * 7 * ticksPerDay;
  const months = calendarPeriods[name];
  if (months === undefined) return at + amount * fixedSize(name);
  const date = ticksToDate(at);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + amount * months);
  const target = new Date(first);
  const length = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate();
  const day = Math.min(date.getUTCDate(), length);
  return dateToTicks(first) + (day - 1) * ticksPerDay + (at - startOf("day", at, 0));
}

function datetimePart(period: string, at: number): number {
  const date = ticksToDate(at);
  const inSecond = at - Math.floor(at / ticksPerSecond) * ticksPerSecond;
  switch (period.toLowerCase()) {
    case "year":
      return date.getUTCFullYear();
    case "quarter":
      return Math.floor(date.getUTCMonth() / 3) + 1;
    case "month":
      return date.getUTCMonth() + 1;
    case "week_of_year":
    case "weekofyear":
      return isoWeek(at);
    case "day":
      return date.getUTCDate();
    case "dayofyear":
      return Math.floor((at - startOf("year", at, 0)) / ticksPerDay) + 1;
    case "hour":
      return date.getUTCHours();
    case "minute":
      return date.getUTCMinutes();
    case "second":
      return date.getUTCSeconds();
    case "millisecond":
      return Math.floor(inSecond / ticksPerMillisecond);
    case "microsecond":
      return Math.floor(inSecond / 10);
    default:
      throw new QueryFault(`'${period}' is not a part of a datetime`);
  }
}

function formatDate(at: number, format: string): string {
  const iso = formatDatetime(at);
  const hour = Number(iso.slice(11, 13));
  const fields: Readonly<Record<string, string>> = {
    yyyy: iso.slice(0, 4),
    yy: iso.slice(2, 4),
    MM: iso.slice(5, 7),
    dd: iso.slice(8, 10),
    HH: iso.slice(11, 13),
    hh: String(hour % 12 || 12).padStart(2, "0"),
    mm: iso.slice(14, 16),
    ss: iso.slice(17, 19),
    tt: hour < 12 ? "AM" : "PM",
  };
  return format.replace(/yyyy|yy|MM|dd|HH|hh|mm|ss|tt|[fF]{1,7}|[MdHhms]/g, (token) => {
    if (token.startsWith("f")) return iso.slice(20, 20 + token.length);
    if (token.startsWith("F")) return iso.slice(20, 20 + token.length).replace(/0+$/, "");
    return fields[token] ?? String(Number(fields[token + token]));
  });
}

function formatSpan(ticks: number, format: string): string {
  const match = /^-?(?:(\d+)\.)?(\d\d):(\d\d):(\d\d)\.(\d{7})$/.exec(formatTimespanCell(ticks));
  const [, days = "0", hours = "00", minutes = "00", seconds = "00", fraction = ""] = match ?? [];
  return format.replace(/d{1,8}|[Hh]{1,2}|m{1,2}|s{1,2}|f{1,7}|F{1,7}/g, (token) => {
    const pad = (digits: string) => String(Number(digits)).padStart(token.length, "0");
    switch (token.charAt(0)) {
      case "d":
        return pad(days);
      case "H":
      case "h":
        return pad(hours);
      case "m":
        return pad(minutes);
      case "s":
        return pad(seconds);
      case "f":
        return fraction.slice(0, token.length);
      default:
        return fraction.slice(0, token.length).replace(/0+$/, "");
    }
  });
}
