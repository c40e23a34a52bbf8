const day = 24 * 60 * 60 * 1000;

/** The time some days after a moment, negative for before, as Microsoft Graph writes it. */
export function daysAfter(moment: Date, days: number): string {
  return new Date(moment.getTime() + days * day).toISOString().replace(/\.\d+Z$/, "Z");
}
