import { counted } from "../../core/counted.ts";
import type { StoredFinding } from "../../core/reconcile.ts";
import { parseResourceId } from "../../core/resource-id.ts";
import type { EvidenceValue } from "../../core/rule.ts";
import { subjectWord } from "../../core/subject-word.ts";
import type { Report } from "../model.ts";
import { type Markup, markup, prose } from "./markup.ts";
import { severityBadge } from "./severity.ts";
import { capital, day, spaced, span } from "./wording.ts";

const valuesShown = 10;

/** One finding with all that is needed to end it. The command is in sight; what proves it folds away. */
export function findingCard(finding: StoredFinding, report: Report, heading?: string): Markup {
  const { fingerprint, severity, subject, message, remediation } = finding;
  const tag = newsOf(finding, report);
  return markup`<article class="finding ${severity}" id="f-${fingerprint}" data-severity="${severity}" ${tag !== undefined && markup`data-news`}>
    <header>${severityBadge(severity)}
      <h4>${subject.name}</h4> <span class="quiet">${subjectWord(subject)}</span>
      ${tag !== undefined && markup`<span class="tag">${tag}</span>`}
      ${when(finding, report)}</header>
    ${heading !== undefined && markup`<p class="rule">${heading}</p>`}
    <p>${prose(message)}</p>
    <p class="fix"><b>Fix</b> ${withCode(prose(remediation.text))}</p>
    <div class="cmd"><code>${remediation.cli}</code><button type="button" aria-label="Copy the command for ${subject.name}">Copy</button></div>
    <details><summary>Evidence</summary>
      <dl>${Object.entries(finding.evidence).map(([name, value]) => evidenceItem(name, value))}${identity(finding, report)}</dl>
    </details>
  </article>`;
}

/** Text with `commands` in backticks, as remediations are written. */
function withCode(text: string): Markup {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return markup`${text}`;
  return markup`${parts.map((part, index) => (index % 2 === 0 ? markup`${part}` : markup`<code>${part}</code>`))}`;
}

function newsOf({ runId, change }: StoredFinding, { run, runs }: Report): string | undefined {
  if (runId !== run?.runId) return undefined;
  if (change === "escalated" || change === "reopened") return change;
  // in the first sweep everything is new, which is no news
  return change === "opened" && runs.length > 1 ? "new" : undefined;
}

function when({ due, openedAt }: StoredFinding, { generatedAt }: Report): Markup {
  const since = markup`since <time datetime="${openedAt}">${day(openedAt)}</time> (${span(openedAt, generatedAt)})`;
  if (due === undefined) return markup`<span class="when">${since}</span>`;
  const ahead = Date.parse(due) > Date.parse(generatedAt);
  const distance = ahead ? `in ${span(generatedAt, due)}` : `${span(due, generatedAt)} ago`;
  return markup`<span class="when"><strong>${ahead ? "Breaks" : "Broke"} <time datetime="${due}">${day(due)}</time>, ${distance}</strong> · known ${since}</span>`;
}

function evidenceItem(name: string, value: EvidenceValue): Markup {
  return markup`<div><dt>${capital(spaced(name))}</dt><dd>${evidenceValue(value)}</dd></div>`;
}

function evidenceValue(value: EvidenceValue): Markup {
  if (typeof value !== "object")
    return value === "" ? markup`<span class="quiet">none</span>` : markup`${String(value)}`;
  if (value.length === 0) return markup`<span class="quiet">none</span>`;
  const more = value.length - valuesShown;
  return markup`<ul>${value.slice(0, valuesShown).map((item) => markup`<li>${item}</li>`)}${more > 0 && markup`<li class="quiet">and ${counted(more, "more", "more")}</li>`}</ul>`;
}

function identity({ subject, about, ruleId, fingerprint, firstSeen }: StoredFinding, report: Report): Markup {
  const portal = portalLink(subject.id, report);
  return markup`<div class="wide"><dt>Subject</dt><dd class="mono">${subject.id}${portal !== undefined && markup` <a href="${portal}" target="_blank" rel="noopener noreferrer">Open in the portal</a>`}</dd></div>
    ${about !== "" && about !== subject.id.toLowerCase() && markup`<div class="wide"><dt>Part at fault</dt><dd class="mono">${about}</dd></div>`}
    <div><dt>Rule</dt><dd class="mono">${ruleId}</dd></div>
    <div><dt>First seen</dt><dd>${day(firstSeen)}</dd></div>
    <div><dt>Fingerprint</dt><dd class="mono"><a href="#f-${fingerprint}">${fingerprint}</a></dd></div>`;
}

const portals: Readonly<Record<string, string>> = {
  AzureCloud: "https://portal.azure.com/",
  AzureUSGovernment: "https://portal.azure.us/",
  AzureChinaCloud: "https://portal.azure.cn/",
};

/** Only ids that are ARM's in form become links, and only into the portal of the run's cloud. */
function portalLink(id: string, { run }: Report): string | undefined {
  const portal = portals[run?.cloud ?? ""];
  return portal === undefined || parseResourceId(id) === undefined || /[^\x21-\x7e]|["'<>\\]/.test(id)
    ? undefined
    : `${portal}#resource${id}`;
}
