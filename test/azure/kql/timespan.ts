import { ticksPerDay, ticksPerHour, ticksPerMillisecond, ticksPerMinute, ticksPerSecond } from "./datetime.ts";

const units: Readonly<Record<string, number>> = {
  d: ticksPerDay,
  day: ticksPerDay,
  days: ticksPerDay,
  h: ticksPerHour,
  hr: ticksPerHour,
  hrs: ticksPerHour,
  hour: ticksPerHour,
  hours: ticksPerHour,
  m: ticksPerMinute,
  min: ticksPerMinute,
  minute: ticksPerMinute,
  minutes: ticksPerMinute,
  s: ticksPerSecond,
  sec: ticksPerSecond,
  second: ticksPerSecond,
  seconds: ticksPerSecond,
  ms: ticksPerMillisecond,
  milli: ticksPerMillisecond,
  millis: ticksPerMillisecond,
  millisecond: ticksPerMillisecond,
  milliseconds: ticksPerMillisecond,
  micro: 10,
  micros: 10,
  microsecond: 10,
  microseconds: 10,
  tick: 1,
  ticks: 1,
};

/** Ticks of `1d`, `2.5h`, `1.02:03:04.5` or `15` (days), or null. */
export function parseTimespan(text: string): number | null {
  const trimmed = text.trim();
  const unit = /^(-?\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(trimmed);
  if (unit !== null) {
    const size = units[unit[2] === "" ? "d" : (unit[2] ?? "").toLowerCase()];
    return size === undefined ? null : Math.round(Number(unit[1]) * size);
  }
  const clock = /^(-?)(?:(\d+)\.)?(\d\d?):(\d\d?)(?::(\d\d?)(?:\.(\d{1,7})\d*)?)?$/.exec(trimmed);
  if (clock === null) return null;
  const [, sign, days = "0", hours, minutes, seconds = "0", fraction = ""] = clock;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  const ticks =
    Number(days) * ticksPerDay +
    Number(hours) * ticksPerHour +
    Number(minutes) * ticksPerMinute +
    Number(seconds) * ticksPerSecond +
    Number(fraction.padEnd(7, "0"));
  return sign === "-" ? -ticks : ticks;
}

/** As `tostring()` writes it: `[-][d.]hh:mm:ss[.fffffff]`. */
export function formatTimespan(ticks: number): string {
  return formatTimespanCell(ticks).replace(/\.0{7}$/, "");
}

/** As an answer carries it: always with seven fractional digits. */
export function formatTimespanCell(ticks: number): string {
  const rest = Math.abs(Math.round(ticks));
  const days = Math.floor(rest / ticksPerDay);
  const part = (size: number, count: number) => String(Math.floor(rest / size) % count).padStart(2, "0");
  const clock = `${part(ticksPerHour, 24)}:${part(ticksPerMinute, 60)}:${part(ticksPerSecond, 60)}`;
  const fraction = String(rest % ticksPerSecond).padStart(7, "0");
  return `${ticks < 0 ? "-" : ""}${days > 0 ? `${days}.` : ""}${clock}.${fraction}`;
}
