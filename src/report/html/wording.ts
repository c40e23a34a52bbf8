import { counted } from "../../core/counted.ts";

const numbers = new Intl.NumberFormat("en-US");
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export function grouped(value: number): string {
  return numbers.format(value);
}

/** `25 Nov`, in UTC; a text that is no date stays as it is. */
export function dayOfMonth(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
}

export function day(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${dayOfMonth(iso)} ${date.getUTCFullYear()}`;
}

export function moment(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${day(iso)}, ${date.toISOString().slice(11, 16)} UTC`;
}

/** How far apart two times are, in the unit a person would say; the order does not matter. */
export function span(from: string, to: string): string {
  const distance = Math.abs(Date.parse(to) - Date.parse(from));
  if (Number.isNaN(distance)) return "an unknown time";
  if (distance >= 2 * dayMs) return counted(Math.floor(distance / dayMs), "day");
  if (distance >= hourMs) return counted(Math.floor(distance / hourMs), "hour");
  return counted(Math.floor(distance / 60_000), "minute");
}

/** A share that never says 100 % while something is missing. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : `${Math.floor((part / whole) * 1000) / 10} %`;
}

/** `registryNames` as `registry names`. */
export function spaced(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, " ").toLowerCase();
}

export function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
