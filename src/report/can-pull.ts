import type { PullAnswer } from "../core/can-pull.ts";
import { loginNames } from "../core/login-names.ts";
import { printable } from "../core/printable.ts";
import type { Evidence } from "../core/rule.ts";
import { columnsOf } from "./columns.ts";

const width = 100;

/** One answer for a terminal: the word, why, what it rests on, and the one command that would change it. */
export function renderCanPull(result: PullAnswer): string {
  const { answer, reason, message, evidence, also, contradicting, notChecked, gaps, remedy, identity } = result;
  const { learned = [], principalId: _, registryId: __, ...facts } = evidence.facts;
  const login = [loginNames[identity.kind], identity.userName ?? identity.principalId ?? ""]
    .filter((part) => part !== "")
    .join(" ");
  const lines = [
    `${answer}: ${reason}`,
    ...wrap(message),
    "",
    ...section("Logs in as", [login]),
    ...section("Needs it by", typeof learned === "object" ? learned : []),
    ...section("Repositories", result.repositories),
    ...section("Facts", factsOf(facts)),
    ...section("Assignments", evidence.assignmentIds),
    ...section("Reported as", evidence.ruleIds),
    ...section("After that", also),
    ...section("Speaks against it", contradicting),
    ...section("Not checked", notChecked),
    ...section("Not known", [...new Set(gaps.map(({ detail }) => detail))]),
  ];
  const fix = remedy
    ? ["", ...wrap(remedy.text), "", ...indent(remedy.cli), "", "Bicep:", ...indent(remedy.bicep)]
    : [];
  return `${[...lines, ...fix].map(printable).join("\n")}\n`;
}

const indentation = 19;

function section(title: string, items: readonly string[]): readonly string[] {
  return items
    .flatMap((item) => wrap(item, width - indentation))
    .map((line, index) => `${(index === 0 ? title : "").padEnd(indentation)}${line}`);
}

function factsOf(facts: Evidence): readonly string[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    const text = typeof value === "object" ? value.join(", ") : String(value);
    return text === "" ? [] : [`${name}: ${text}`];
  });
}

/** Folds at spaces; a word that is longer than the line, such as an id, stays whole so that it can be copied. */
function wrap(text: string, room = width): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && columnsOf(line) + 1 + columnsOf(word) > room) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return [...lines, line];
}

function indent(text: string): readonly string[] {
  return text.split("\n").map((line) => `  ${line}`);
}
