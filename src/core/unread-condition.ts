import type { Gap } from "./collected.ts";
import { readCondition } from "./condition.ts";
import type { Holding } from "./grant-holders.ts";

/** Whatever a condition that cannot be read lets through, nothing of it may be taken for well. */
export function unreadCondition({ grant: { id, condition: text, conditionVersion: version } }: Holding): Gap[] {
  if (text === undefined) return [];
  const read = readCondition({ text, ...(version !== undefined && { version }) });
  if (read.parsed) return [];
  const detail = `${id} has a condition that could not be read, because ${read.problem}: ${text}`;
  return [{ fact: "condition", reason: "malformed", detail }];
}
