import { type Severity, severities } from "../../core/rule.ts";
import { type Markup, markup } from "./markup.ts";
import { capital, grouped } from "./wording.ts";

export const worstFirst: readonly Severity[] = severities.toReversed();

/** The word carries the meaning; the colour only repeats it. */
export function severityBadge(severity: Severity): Markup {
  return markup`<span class="sev ${severity}">${capital(severity)}</span>`;
}

/** `2 critical`, `5 high`: the severities that occur. */
export function severityCounts(rows: readonly { readonly severity: Severity }[]): readonly Markup[] {
  return worstFirst.flatMap((severity) => {
    const some = rows.filter((row) => row.severity === severity).length;
    return some === 0 ? [] : [markup`<span class="sev ${severity}">${grouped(some)} ${severity}</span> `];
  });
}
