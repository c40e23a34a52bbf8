import { counted } from "../core/counted.ts";
import { loginFailing } from "../core/login-finding.ts";
import { printable } from "../core/printable.ts";
import type { ResolvedReason, StoredFinding } from "../core/reconcile.ts";
import { type Severity, severities } from "../core/rule.ts";
import { countBySeverity, type Digest, type Notice, type RuleCount } from "./digest.ts";

/** The words of a message, in plain text that each service has yet to escape. */

const news = { opened: "", reopened: "back again", escalated: "worse than before", resolved: "" } as const;
const endings: Readonly<Record<ResolvedReason, string>> = {
  fixed: "fixed",
  notApplicable: "no longer applies",
  subjectDeleted: "deleted",
  outOfReach: "no longer reaches a registry",
  ruleRetired: "no longer checked",
  quiet: "not seen any more",
} as const;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What is wrong with what. The title of a failing login is its cause, which alone does not say that a login fails. */
export function whatOf({ finding, kind }: Notice): string {
  const name = line(finding.subject.name, 80);
  const title = line(finding.title, 100);
  if (finding.ruleId !== loginFailing) return `${name}: ${title}`;
  return `Login to ${name}${kind === "resolved" ? "" : " fails"}: ${title}`;
}

/** The first line of a finding. */
export function titleOf(notice: Notice): string {
  return `${capital(notice.finding.severity)}: ${whatOf(notice)}${newsOf(notice)}`;
}

/** In parentheses, that it was open before; empty where it was not. */
export function newsOf({ kind }: Notice): string {
  return news[kind] === "" ? "" : ` (${news[kind]})`;
}

/** A finding as one line. */
export function briefLine(notice: Notice, at: string): string {
  const { severity } = notice.finding;
  const rest = [severity, news[notice.kind], dueOf(notice, at) ?? ""].filter((word) => word !== "").join(", ");
  return `${whatOf(notice)} (${rest})`;
}

/** The worst that a message tells; undefined when it has good news alone. */
export function worstOf({ problems, onboarded }: Digest): Severity | undefined {
  return severities.findLast((severity) =>
    [...problems, ...onboarded].some((one) => one.finding.severity === severity),
  );
}

export function onboardedLine({ onboarded, firstRun }: Digest): string | undefined {
  if (onboarded.length === 0) return undefined;
  const what = firstRun ? "The first sweep found" : "What was swept for the first time has";
  return `${what} ${counted(onboarded.length, "finding")}: ${severityCounts(onboarded)}.`;
}

export function severityCounts(notices: readonly Notice[]): string {
  return countBySeverity(notices)
    .map(([severity, number]) => `${number} ${severity}`)
    .join(", ");
}

export function messageOf({ finding }: Notice): string {
  return line(finding.message, 320);
}

/** When it starts to hurt, or started to. */
export function dueOf({ finding: { due } }: Notice, at: string): string | undefined {
  if (due === undefined) return undefined;
  const distance = Math.round((Date.parse(due) - Date.parse(at)) / dayMs);
  const day = line(due.slice(0, 10));
  if (Date.parse(due) <= Date.parse(at)) return `broke on ${day}`;
  return distance < 1 ? `breaks on ${day}, within a day` : `breaks on ${day}, in ${counted(distance, "day")}`;
}

export function fixOf({ finding }: Notice): string {
  return line(finding.remediation.text, 320);
}

/** Says before the command what it would be pasted for: where the cause is not certain, the fix is not either. */
export function fixLabel({ finding: { ruleId, evidence } }: Notice): string {
  if (ruleId !== loginFailing || evidence.verdict === "confirmed") return "Fix";
  return evidence.verdict === "likely" ? "Likely fix" : "Next";
}

const commandLimit = 700;

/** The command, empty where there is none; undefined where it cannot be shown and copied just as it is. */
export function commandOf({ finding: { remediation } }: Notice): string | undefined {
  const { cli } = remediation;
  return cli.length <= commandLimit && cli === printable(cli) ? cli : undefined;
}

export const commandElsewhere = "The command cannot be shown here as it is; the report has it.";

export function resolvedLine(notice: Notice): string {
  return `${whatOf(notice)} (${endingOf(notice)})`;
}

/** How it ended, and how long it lasted. */
export function endingOf({ finding }: Notice): string {
  const lasted = Date.parse(finding.changedAt) - Date.parse(sinceOf(finding));
  const open = Number.isNaN(lasted) || lasted < 0 ? "" : `, open for ${duration(lasted)}`;
  return `${endings[finding.resolvedReason ?? "fixed"]}${open}`;
}

/** ISO time: of the first refusal where logs show it, else of the sweep that saw it first. */
export function sinceOf({ ruleId, evidence, openedAt }: StoredFinding): string {
  return ruleId === loginFailing && typeof evidence.firstSeen === "string" ? evidence.firstSeen : openedAt;
}

export function ruleLine({ title, severity, count: number, names }: RuleCount): string {
  const more = number > names.length ? ` and ${number - names.length} more` : "";
  return `${number} × ${line(title, 100)} (${severity}): ${names.map((name) => line(name, 40)).join(", ")}${more}`;
}

export function footer({ runId, deliveryId }: Digest): string {
  return `Run ${line(runId, 80)} · delivery ${deliveryId}`;
}

/** The report, opened at the finding where one is given. */
export function linkTo({ reportUrl }: Digest, finding?: StoredFinding): string | undefined {
  if (reportUrl === undefined) return undefined;
  const url = new URL(reportUrl);
  if (finding !== undefined) url.hash = `f-${finding.fingerprint}`;
  return url.href;
}

/** Text from outside as one line that shows what it is, cut where it is too long. */
export function line(text: string, limit = 200): string {
  const shown = printable(text.replace(/\s*[\r\n]+\s*/g, " ").trim());
  if (shown.length <= limit) return shown;
  return `${shown.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** `2026-11-21 09:14 UTC`, as the messages of findings write it. */
export function moment(iso: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(iso) ? `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC` : line(iso, 40);
}

export function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function duration(ms: number): string {
  if (ms < 2 * hourMs) return counted(Math.max(1, Math.round(ms / 60_000)), "minute");
  return ms < 2 * dayMs ? counted(Math.round(ms / hourMs), "hour") : counted(Math.round(ms / dayMs), "day");
}
