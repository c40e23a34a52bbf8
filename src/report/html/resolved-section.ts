import type { ResolvedReason, StoredFinding } from "../../core/reconcile.ts";
import { subjectWord } from "../../core/subject-word.ts";
import type { Report } from "../model.ts";
import { capped } from "./capped.ts";
import { type Markup, markup } from "./markup.ts";
import { severityBadge } from "./severity.ts";
import { grouped, span } from "./wording.ts";

const reasons: Readonly<Record<ResolvedReason, string>> = {
  fixed: "Fixed",
  notApplicable: "No longer applies",
  subjectDeleted: "Subject deleted",
  outOfReach: "Out of reach: not known to be fixed",
  ruleRetired: "Rule retired",
  quiet: "Not seen any more",
};

export function resolvedByLastSweep(report: Report): Markup {
  const { shown, note } = capped(report.resolved, "finding");
  return markup`<section id="resolved" aria-labelledby="resolved-title">
    <h2 id="resolved-title">Resolved by the last sweep <span class="n">${grouped(report.resolved.length)}</span></h2>
    ${note}
    ${shown.length > 0 ? resolvedTable(shown) : markup`<p class="note">${emptyReason(report)}</p>`}
  </section>`;
}

function emptyReason({ keepsHistory }: Report): string {
  return keepsHistory
    ? "The last sweep resolved nothing."
    : "No history is kept: set AzureWebJobsStorage to see what opened and what was resolved.";
}

function resolvedTable(findings: readonly StoredFinding[]): Markup {
  return markup`<div class="scroll" role="region" aria-labelledby="resolved-title" tabindex="0"><table>
    <caption>Findings that the last sweep closed, and why</caption>
    <thead><tr><th scope="col">Severity</th><th scope="col">Subject</th><th scope="col">Rule</th><th scope="col">Why it is closed</th><th scope="col">Was open</th></tr></thead>
    <tbody>${findings.map(
      ({ fingerprint, severity, subject, title, resolvedReason = "fixed", openedAt, changedAt }) =>
        markup`<tr id="f-${fingerprint}"><td>${severityBadge(severity)}</td><th scope="row">${subject.name} <span class="quiet">${subjectWord(subject)}</span></th><td>${title}</td><td>${reasons[resolvedReason]}</td><td>${span(openedAt, changedAt)}</td></tr>
        `,
    )}</tbody>
  </table></div>`;
}
