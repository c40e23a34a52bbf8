import type { StoredFinding } from "../../core/reconcile.ts";
import type { Report } from "../model.ts";
import { capped } from "./capped.ts";
import { findingCard } from "./finding-card.ts";
import { type Markup, markup } from "./markup.ts";
import { severityCounts } from "./severity.ts";
import { capital, grouped } from "./wording.ts";

/** With more findings than this the groups start closed, so that the page opens with an overview. */
export const openLimit = 60;
const dayMs = 86_400_000;

/** What hurts now, by rule: the rule with the worst finding comes first. */
export function wrongNow(report: Report): Markup {
  const { shown, note } = capped(report.findings, "finding");
  const groups = Map.groupBy(shown, ({ ruleId }) => ruleId);
  return markup`<section id="now" aria-labelledby="now-title">
    <div class="title"><h2 id="now-title">Wrong now <span class="n">${grouped(report.findings.length)}</span></h2>${report.findings.length + report.upcoming.length > 0 && markup`<button type="button" id="fold" class="plain js">Collapse all</button>`}</div>
    ${note}
    ${shown.length === 0 && markup`<p class="note">No open finding hurts now.</p>`}
    ${[...groups].map(([ruleId, group]) => {
      const [name, ...others] = new Set(group.map(({ title }) => title));
      const same = others.length === 0; // failing logins have the titles of their causes
      const heading = same && name !== undefined ? name : capital(ruleId.replaceAll("-", " "));
      const title = markup`<h3>${heading}</h3> <span class="mono quiet">${ruleId}</span>`;
      return groupOf(title, group, shown.length, (finding) =>
        findingCard(finding, report, same ? undefined : finding.title),
      );
    })}
  </section>`;
}

/** What will hurt, by how soon. */
export function willBreak(report: Report): Markup {
  const { shown, note } = capped(report.upcoming, "finding");
  const groups = Map.groupBy(shown, ({ due = "" }) => horizon(due, report.generatedAt));
  return markup`<section id="ahead" aria-labelledby="ahead-title">
    <h2 id="ahead-title">Will break <span class="n">${grouped(report.upcoming.length)}</span></h2>
    ${note}
    ${shown.length === 0 && markup`<p class="note">Nothing is known to break on a date ahead.</p>`}
    ${[...groups].map(([name, group]) =>
      groupOf(markup`<h3>${name}</h3>`, group, shown.length, (finding) => findingCard(finding, report, finding.title)),
    )}
  </section>`;
}

function groupOf(
  title: Markup,
  findings: readonly StoredFinding[],
  all: number,
  card: (finding: StoredFinding) => Markup,
): Markup {
  return markup`<details class="group" ${all <= openLimit && markup`open`}>
    <summary>${title} <span class="counts">${severityCounts(findings)}</span></summary>
    ${findings.map(card)}
  </details>`;
}

function horizon(due: string, now: string): string {
  const left = (Date.parse(due) - Date.parse(now)) / dayMs;
  if (left <= 7) return "Within 7 days";
  if (left <= 14) return "Within 14 days";
  return left <= 30 ? "Within 30 days" : "Later";
}
