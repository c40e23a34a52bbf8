import { stripVTControlCharacters } from "node:util";
import type { Evaluation } from "../core/evaluate.ts";
import type { StoredFinding } from "../core/reconcile.ts";
import type { Severity } from "../core/rule.ts";
import type { CoverageGap } from "../core/run.ts";
import type { Report } from "./model.ts";
import { printable } from "./printable.ts";

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
    section("Wrong now", report.findings, (finding) => findingLines(finding, report, paint), paint),
    section("Will break", report.upcoming, (finding) => findingLines(finding, report, paint), paint),
    section("Resolved since the sweep before", report.resolved, (finding) => resolvedLines(finding, paint), paint),
    section("Not looked at", report.coverage, gapLines, paint),
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
      : `, ${subjects} subject(s): ${names.map(printable).join(", ")}${subjects > names.length ? ", …" : ""}`;
  return wrap(`${gap.reason}  ${printable(gap.detail)}${whom}`, "", indent);
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
  const start = `${severity}  ${ruleId.padEnd(30)} `;
  const space = width - stripVTControlCharacters(start).length - (last === "" ? 0 : last.length + 2);
  return `${start}${cut(printable(subject), space).padEnd(last === "" ? 0 : space)}${last === "" ? "" : `  ${last}`}`.trimEnd();
}

function cut(text: string, space: number): string {
  return text.length <= space ? text : `${text.slice(0, space - 1)}…`;
}

/** Folds at spaces; a word that is longer than the line is cut. */
function wrap(text: string, first: string, next = first): readonly string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(" ").flatMap((word) => pieces(word, width - next.length))) {
    const fits = line.trim() === "" || line.length + 1 + word.length <= width;
    if (!fits) {
      lines.push(line);
      line = next;
    }
    line += line.trim() === "" ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** Folds a command with backslashes, which a shell takes for one line, inside of words too. */
function command(text: string): readonly string[] {
  const lines: string[] = [];
  let line = indent;
  const room = width - 2;
  for (const word of text.split(" ")) {
    const alone = line.trim() === "";
    if (!alone && line.length + 1 + word.length > room) {
      lines.push(`${line} \\`);
      line = `${indent}  ${word}`;
    } else line += alone ? word : ` ${word}`;
    while (line.length > room) {
      lines.push(`${line.slice(0, room + 1)}\\`);
      line = line.slice(room + 1);
    }
  }
  return [...lines, line];
}

function pieces(word: string, size: number): readonly string[] {
  return word.length <= size
    ? [word]
    : Array.from({ length: Math.ceil(word.length / size) }, (_, part) => word.slice(part * size, (part + 1) * size));
}

function summary({ summary: counts, keepsHistory, run }: Report, paint: Paint): readonly string[] {
  const { critical, high, medium, low, info } = counts.open;
  const all = critical + high + medium + low + info;
  const open = `critical ${critical}, high ${high}, medium ${medium}, low ${low}, info ${info}`;
  const looked = `${counts.registries} registries, ${counts.pullers} clusters and ${counts.principals} service principals in ${counts.subscriptions} subscription(s)`;
  return [
    paint(all === 0 ? "No finding is open." : `${all} finding(s) open: ${open}.`, all === 0 ? "good" : "bold"),
    ...wrap(`Looked at ${looked}; ${counts.decided} of ${counts.evaluations} evaluations could be decided.`, ""),
    ...(run === null ? ["No sweep has finished yet."] : []),
    ...(keepsHistory
      ? []
      : wrap("No history is kept: set AzureWebJobsStorage to see what opened and what was resolved.", "")),
  ];
}
