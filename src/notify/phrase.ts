import type { SubjectKind } from "../core/facts.ts";
import { printable } from "../core/printable.ts";
import type { ResolvedReason, StoredFinding } from "../core/reconcile.ts";
import { parseResourceId } from "../core/resource-id.ts";
import { type Severity, severities } from "../core/rule.ts";
import { countBySeverity, type Digest, type Notice, type RuleCount } from "./digest.ts";

/** The words of a message, in plain text that each service has yet to escape. */

const kinds: Readonly<Record<SubjectKind, string>> = {
  registry: "registry",
  puller: "cluster",
  principal: "service principal",
};
const news = { opened: "new", reopened: "back again", escalated: "worse than before", resolved: "resolved" } as const;
const endings: Readonly<Record<ResolvedReason, string>> = {
  fixed: "fixed",
  notApplicable: "no longer applies",
  subjectDeleted: "deleted",
  outOfReach: "no longer reaches a registry",
  ruleRetired: "no longer checked",
  quiet: "not seen any more",
} as const;
const moments = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
const days = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });
const dayMs = 86_400_000;

/** The message in one line: what a notification on a phone shows. */
export function headline(digest: Digest): string {
  const { problems, onboarded, resolved, firstRun } = digest;
  const [only] = problems;
  if (only !== undefined && problems.length === 1 && onboarded.length === 0 && resolved.length === 0) {
    return `${capital(only.finding.severity)}: ${subjectOf(only)}: ${line(only.finding.title)}, ${news[only.kind]}`;
  }
  const of = (kind: Notice["kind"]) => problems.filter((notice) => notice.kind === kind).length;
  const parts: readonly (readonly [number, string])[] = [
    [onboarded.length, firstRun ? "found by the first sweep" : "found in what was swept for the first time"],
    [of("opened"), "new"],
    [of("reopened"), "back again"],
    [of("escalated"), "worse"],
    [resolved.length, "resolved"],
  ];
  const said = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return `Registry authentication: ${said.join(", ")}`;
}

/** The worst that a message tells; undefined when it has good news alone. */
export function worstOf({ problems, onboarded }: Digest): Severity | undefined {
  return severities.findLast((severity) =>
    [...problems, ...onboarded].some((one) => one.finding.severity === severity),
  );
}

export function onboardedLine({ onboarded, firstRun }: Digest): string | undefined {
  if (onboarded.length === 0) return undefined;
  const counts = countBySeverity(onboarded).map(([severity, number]) => `${number} ${severity}`);
  const what = firstRun ? "The first sweep found" : "What was swept for the first time has";
  return `${what} ${count(onboarded.length, "finding")}: ${counts.join(", ")}.${onboarded.length > 10 ? " The ten worst:" : ""}`;
}

export function titleOf({ finding, kind }: Notice): string {
  return `${line(finding.title, 100)} (${news[kind]})`;
}

export function subjectOf({ finding }: Pick<Notice, "finding">): string {
  return line(finding.subject.name, 80);
}

export function messageOf({ finding }: Notice): string {
  return line(finding.message, 320);
}

export function whereOf({ finding: { subject } }: Notice): string {
  const resource = parseResourceId(subject.id);
  const what = `${kinds[subject.kind]} ${line(subject.name, 80)}`;
  return resource === undefined
    ? what
    : `${what}, resource group ${line(resource.resourceGroup, 90)}, subscription ${resource.subscriptionId}`;
}

export function sinceOf({ finding }: Notice): string {
  return moment(finding.openedAt);
}

/** When it starts to hurt, or started to. */
export function dueOf({ finding: { due } }: Notice, at: string): string | undefined {
  if (due === undefined) return undefined;
  const distance = Math.round((Date.parse(due) - Date.parse(at)) / dayMs);
  const day = `${date(due, days)}`;
  if (Date.parse(due) <= Date.parse(at)) return `broke on ${day}`;
  return distance < 1 ? `breaks on ${day}, within a day` : `breaks on ${day}, in ${count(distance, "day")}`;
}

export function fixOf({ finding }: Notice): string {
  return line(finding.remediation.text, 320);
}

const commandLimit = 700;

/** The command, empty where there is none; undefined where it cannot be shown and copied just as it is. */
export function commandOf({ finding: { remediation } }: Notice): string | undefined {
  const { cli } = remediation;
  return cli.length <= commandLimit && cli === printable(cli) ? cli : undefined;
}

export const commandElsewhere = "The command cannot be shown here as it is; the report has it.";

export function resolvedLine({ finding }: Notice): string {
  return `${line(finding.subject.name, 80)}: ${line(finding.title, 100)} (${endings[finding.resolvedReason ?? "fixed"]})`;
}

export function ruleLine({ title, severity, count: number, names }: RuleCount): string {
  const more = number > names.length ? ", …" : "";
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

export function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? "" : "s"}`;
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function moment(iso: string): string {
  return `${date(iso, moments)} UTC`;
}

function date(iso: string, format: Intl.DateTimeFormat): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? line(iso, 40) : format.format(time);
}
