import type { PullAnswer } from "../core/can-pull.ts";
import { printable } from "../core/printable.ts";

/** One answer for a terminal: the word, why, what it rests on, and the one command that would change it. */
export function renderCanPull(result: PullAnswer): string {
  const { answer, reason, message, evidence, also, contradicting, notChecked, gaps, remedy, identity } = result;
  const login = [identity.kind, identity.userName ?? identity.principalId ?? ""]
    .filter((part) => part !== "")
    .join(" ");
  const lines = [
    `${answer}: ${reason}`,
    message,
    "",
    ...section("Logs in as", [login]),
    ...section("Assignments", evidence.assignmentIds),
    ...section("Reported as", evidence.ruleIds),
    ...section("After that", also),
    ...section("Speaks against it", contradicting),
    ...section("Not checked", notChecked),
    ...section("Not known", [...new Set(gaps.map(({ detail }) => detail))]),
  ];
  const fix = remedy ? ["", remedy.text, "", ...indent(remedy.cli), "", "Bicep:", ...indent(remedy.bicep)] : [];
  return `${[...lines, ...fix].map(printable).join("\n")}\n`;
}

function section(title: string, items: readonly string[]): readonly string[] {
  return items.map((item, index) => `${(index === 0 ? title : "").padEnd(18)} ${item}`);
}

function indent(text: string): readonly string[] {
  return text.split("\n").map((line) => `  ${line}`);
}
