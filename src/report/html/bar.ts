import type { Report } from "../model.ts";
import { completenessOf } from "./completeness.ts";
import { type Markup, markup } from "./markup.ts";
import { worstFirst } from "./severity.ts";
import { capital, grouped } from "./wording.ts";

/** Stays in sight: where to go, and what to show. The filter is there only where scripts run. */
export function bar(report: Report): Markup {
  const { findings, upcoming, resolved, summary, matrix } = report;
  const pulls = matrix.cells.length + matrix.omitted;
  const { gaps, complete } = completenessOf(report);
  const links = [
    link("now", "Wrong now", findings.length),
    link("ahead", "Will break", upcoming.length),
    ...(pulls > 0 ? [link("matrix", "Pulls", pulls)] : []),
    link("gaps", "Not looked at", gaps.length, complete ? "" : "warn"),
    link("resolved", "Resolved", resolved.length),
  ];
  return markup`<div class="bar"><div class="wrap">
    <nav aria-label="Sections"><ul>${links}</ul></nav>
    ${
      findings.length + upcoming.length > 0 &&
      markup`<div class="filter js" role="search" aria-label="Findings">
      <input id="text" type="search" placeholder="Filter" aria-label="Filter findings by text" autocomplete="off" spellcheck="false">
      <div class="chips" role="group" aria-label="Severity">${worstFirst
        .filter((severity) => summary.open[severity] > 0)
        .map(
          (severity) =>
            markup`<label class="chip ${severity}"><input type="checkbox" name="severity" value="${severity}">${capital(severity)} <b>${grouped(summary.open[severity])}</b></label>`,
        )}</div>
      <output id="shown" aria-live="polite"></output></div>`
    }
  </div></div>`;
}

function link(id: string, label: string, rows: number, tone = ""): Markup {
  return markup`<li><a href="#${id}" class="${tone}">${label} <b>${grouped(rows)}</b></a></li>`;
}
