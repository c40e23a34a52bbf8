import { counted } from "../../core/counted.ts";
import { type Markup, markup } from "./markup.ts";

/** Rows of one list. A browser takes minutes over the 100,000 that a large tenant can have. */
const rowLimit = 5_000;

interface Capped<Row> {
  readonly shown: readonly Row[];
  /** Says what was left out; undefined where nothing was. */
  readonly note: Markup | undefined;
}

export function capped<Row>(rows: readonly Row[], one: string, many?: string): Capped<Row> {
  if (rows.length <= rowLimit) return { shown: rows, note: undefined };
  const more = counted(rows.length - rowLimit, one, many);
  return {
    shown: rows.slice(0, rowLimit),
    note: markup`<p class="note warn"><strong>${more} more.</strong> This page shows the first ${counted(rowLimit, one, many)}; the JSON report holds all of them.</p>`,
  };
}
