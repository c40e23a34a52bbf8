import { stripVTControlCharacters } from "node:util";
import { counted } from "../core/counted.ts";
import type { Evaluation } from "../core/evaluate.ts";
import { printable } from "../core/printable.ts";
import type { StoredFinding } from "../core/reconcile.ts";
import type { Severity } from "../core/rule.ts";
import type { CoverageGap } from "../core/run.ts";
import { columnsOf, pieces } from "./columns.ts";
import type { NotTold, Report } from "./model.ts";

const width = 100;
const indent = "          ";

export interface TableOptions {
  readonly colour: boolean;
}

/** The report for a terminal: no line is longer than 100 columns, and every command can be pasted as it is. */
export function renderTable(report: Report, { colour }: TableOptions): string {
  const paint = colour
    ? (text: string, style: Style) => `\u001b[${styles[style]}m${text}\u001b[0m`
    : (text: string) => text;
  const sections = [
    wrongNow(report, paint),
    section("Will break", report.upcoming, (finding) => findingLines(finding, report, paint), paint),
    section("Resolved since the sweep before", report.resolved, (finding) => resolvedLines(finding, paint), paint),
    section("Not looked at", report.coverage, gapLines, paint),
    section("Not told", report.notTold, notToldLines, paint),
    section("Every evaluation", report.evaluations ?? [], evaluationLines, paint),
    summary(report, paint),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

type Style = Severity | "bold" | "dim" | "good";
type Paint = (text: string, style: Style) => string;

const styles: Readonly<Record<Style, string>> = {
  critical: "1;31",
  high: "31",
  medium: "33",
  low: "36",
  info: "2",
  bold: "1",
  dim: "2",
  good: "32",
};

function section<Item>(
  title: string,
  items: readonly Item[],
  lines: (item: Item) => readonly string[],
  paint: Paint,
): readonly string[] {
  return items.length === 0
    ? []
    : [paint(`${title} (${items.length})`, "bold"), ...items.flatMap((item) => lines(item))];
}

/** What is low or less and the same on many subjects is one entry, so that it does not bury the rest; `--all` shows each. */
function wrongNow(report: Report, paint: Paint): readonly string[] {
  const { findings, evaluations } = report;
  const minor = findings.filter(({ severity }) => severity === "low" || severity === "info");
  const groups = [...Map.groupBy(minor, ({ ruleId, severity }) => `${severity} ${ruleId}`).values()].filter(
    (group) => group.length >= foldedFrom && evaluations === undefined,
  );
  const folded = new Set(groups.flat());
  const whole = findings.filter((finding) => !folded.has(finding));
  const lines = [
    ...whole.flatMap((finding) => findingLines(finding, report, paint)),
    ...groups.flatMap((group) => groupLines(group, paint)),
  ];
  return lines.length === 0 ? [] : [paint(`Wrong now (${findings.length})`, "bold"), ...lines];
}

const foldedFrom = 3;

function groupLines(group: readonly StoredFinding[], paint: Paint): readonly string[] {
  const [first] = group;
  if (!first) return [];
  const names = [...new Set(group.map(({ subject }) => printable(subject.name)))].join(", ");
  return [
    columns(paint(first.severity.padEnd(8), first.severity), first.ruleId, `${group.length} times`, "--all shows each"),
    ...wrap(`${first.title}: ${names}`, indent),
  ];
}

function findingLines(finding: StoredFinding, report: Report, paint: Paint): readonly string[] {
  const since =
    finding.runId === report.run?.runId && finding.change !== "eased"
      ? finding.change
      : `since ${finding.openedAt.slice(0, 10)}`;
  const due = finding.due === undefined ? since : `${finding.due.slice(0, 10)}, ${since}`;
  return [
    columns(paint(finding.severity.padEnd(8), finding.severity), finding.ruleId, finding.subject.name, due),
    ...wrap(printable(finding.message), indent),
    ...command(printable(finding.remediation.cli)).map((line) => paint(line, "dim")),
  ];
}

function resolvedLines({ ruleId, subject, resolvedReason, severity }: StoredFinding, paint: Paint): readonly string[] {
  return [columns(paint(severity.padEnd(8), "good"), ruleId, subject.name, resolvedReason ?? "fixed")];
}

function gapLines({ gap, subjects, names }: CoverageGap): readonly string[] {
  const whom =
    subjects === 0
      ? ""
      : `, ${counted(subjects, "subject")}: ${names.map(printable).join(", ")}${subjects > names.length ? ", …" : ""}`;
  return wrap(`${gap.reason}  ${printable(gap.detail)}${whom}`, "", indent);
}

function notToldLines({ channel, state, since, findings, names, detail, attempts }: NotTold): readonly string[] {
  const what = state === "givenUp" ? "given up" : "still tried";
  const more = findings > names.length ? ", …" : "";
  return wrap(
    `${channel}  ${counted(findings, "finding")} of ${since.slice(0, 10)}, ${what} after ${counted(attempts, "attempt")}: ${printable(detail)}; ${names.map(printable).join(", ")}${more}`,
    "",
    indent,
  );
}

function evaluationLines({ ruleId, subject, outcome, message, evidence, gaps }: Evaluation): readonly string[] {
  const facts = Object.entries(evidence).map(
    ([name, value]) => `${name}: ${typeof value === "object" ? value.join(", ") : value}`,
  );
  return [
    columns(outcome.padEnd(8), ruleId, subject.name, ""),
    ...wrap(printable(message), indent),
    ...(facts.length > 0 ? wrap(printable(facts.join("; ")), indent) : []),
    ...gaps.flatMap(({ fact, reason, detail }) => wrap(printable(`gap ${fact} (${reason}): ${detail}`), indent)),
  ];
}

function columns(severity: string, ruleId: string, subject: string, last: string): string {
  const start = `${severity}  ${ruleId.padEnd(34)} `;
  const space = width - columnsOf(stripVTControlCharacters(start)) - (last === "" ? 0 : last.length + 2);
  const name = cut(printable(subject), space);
  return last === "" ? `${start}${name}` : `${start}${name}${" ".repeat(space - columnsOf(name))}  ${last}`;
}

function cut(text: string, space: number): string {
  return columnsOf(text) <= space ? text : `${pieces(text, space - 1)[0] ?? ""}…`;
}

/** Folds at spaces; a word that is longer than the line is cut. */
function wrap(text: string, first: string, next = first): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(" ").flatMap((word) => pieces(word, width - next.length))) {
    if (!empty && columnsOf(line) + 1 + columnsOf(word) > width) {
      lines.push(line);
      line = next;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}

/** A word of a command as a shell takes it apart: spaces inside of quotes belong to it. */
const shellWord = /(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^ ])+/gu;

/** Folds a command with backslashes, which a shell takes for one line: between words, and inside of long ones. */
function command(text: string): readonly string[] {
  const lines: string[] = [];
  const room = width - 2;
  let line = "";
  for (const word of text.match(shellWord) ?? []) {
    if (line !== "" && columnsOf(line) + 1 + columnsOf(word) <= room) {
      line += ` ${word}`;
      continue;
    }
    if (line !== "") lines.push(`${line} \\`);
    const start = line === "" ? indent : `${indent}  `;
    const [head = "", ...rest] =
      columnsOf(start) + columnsOf(word) <= room ? [word] : foldWord(word, room - start.length);
    line = start + head;
    for (const part of rest) {
      lines.push(`${line}\\`);
      line = part;
    }
  }
  return [...lines, line];
}

/** In single quotes a backslash at the end of a line would be kept: there the quotes are closed and opened again. */
function foldWord(word: string, room: number): readonly string[] {
  const sections = word.match(/'[^']*'|"(?:[^"\\]|\\.)*"|(?:\\.|[^'"\\])+|./gu) ?? [];
  const parts = sections.flatMap((section) =>
    /^'.*'$/.test(section)
      ? pieces(section.slice(1, -1), room - 2).map((piece) => `'${piece}'`)
      : foldable(section, room),
  );
  const packed: string[] = [];
  for (const part of parts) {
    const before = packed.at(-1);
    if (before !== undefined && columnsOf(before) + columnsOf(part) <= room) packed[packed.length - 1] = before + part;
    else packed.push(part);
  }
  return packed;
}

/** Never between a backslash and what it escapes. */
function foldable(text: string, room: number): readonly string[] {
  const parts: string[] = [];
  let part = "";
  for (const sign of text.match(/\\.|[^\\]/gu) ?? []) {
    if (columnsOf(part) + columnsOf(sign) > room) {
      parts.push(part);
      part = "";
    }
    part += sign;
  }
  return [...parts, part];
}

function summary({ summary: counts, keepsHistory, run }: Report, paint: Paint): readonly string[] {
  const { critical, high, medium, low, info } = counts.open;
  const all = critical + high + medium + low + info;
  const open = `critical ${critical}, high ${high}, medium ${medium}, low ${low}, info ${info}`;
  const looked = [
    `${counted(counts.registries, "registry", "registries")}, ${counted(counts.pullers, "workload")}`,
    `and ${counted(counts.principals, "service principal")} in ${counted(counts.subscriptions, "subscription")}`,
  ].join(" ");
  return [
    paint(all === 0 ? "No finding is open." : `${counted(all, "finding")} open: ${open}.`, all === 0 ? "good" : "bold"),
    ...wrap(`Looked at ${looked}; ${counts.decided} of ${counts.evaluations} evaluations could be decided.`, ""),
    ...(run === null ? ["No sweep has finished yet."] : []),
    ...(keepsHistory
      ? []
      : wrap("No history is kept: set AzureWebJobsStorage to see what opened and what was resolved.", "")),
  ];
}
