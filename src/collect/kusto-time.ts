/** Kusto writes seven digits of a second, and nothing for no time. */
export function isoOf(time: string): string {
  return time === "" ? "" : new Date(time).toISOString();
}
