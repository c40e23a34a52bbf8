import type { Gap } from "../core/collected.ts";
import { counted } from "../core/counted.ts";
import type { Diagnosis, Weighed } from "../core/diagnose.ts";
import { printable } from "../core/printable.ts";
import { firstSeen, streaksOf } from "../core/symptom.ts";

/** Diagnoses for a terminal: the conclusion with its command, then what else could be, then what was not looked at. */
export function renderDiagnoses(registryId: string, diagnoses: readonly Diagnosis[], gaps: readonly Gap[]): string {
  const name = registryId.split("/").at(-1) ?? registryId;
  const nothing =
    gaps.length > 0 ? "nothing was found, and not everything could be read" : "no failing login was found";
  const lines = [
    ...(diagnoses.length === 0 ? [`${name}: ${nothing}`] : diagnoses.flatMap((one) => [...linesOf(one), ""])),
    ...(gaps.length > 0 ? ["Could not be read", ...gaps.map(({ detail }) => `  ${detail}`)] : []),
  ];
  return `${lines.map(printable).join("\n").trimEnd()}\n`;
}

function linesOf({ symptom, conclusion, causes }: Diagnosis): readonly string[] {
  const { registryName, identity, status } = symptom;
  const count = streaksOf(symptom).reduce((sum, streak) => sum + streak.count, 0);
  const seen = firstSeen(symptom);
  const rows = seen === undefined ? "no row in the logs" : `${counted(count, "failure")} since ${seen}`;
  const others = causes.filter((one) => one.cause !== conclusion.cause && isOpen(one));
  const { remediation } = conclusion;
  return [
    `${registryName}: ${identity === "" ? "(anonymous)" : identity} ${status} (${rows})`,
    `  ${conclusion.verdict}: ${conclusion.title}`,
    `    ${conclusion.message}`,
    ...(remediation ? [`    ${remediation.text}`, `    $ ${remediation.cli}`] : []),
    ...conclusion.contradicting.map((text) => `    against it: ${text}`),
    ...conclusion.notChecked.map((text) => `    not checked: ${text}`),
    ...others.map(({ verdict, title }) => `  ${verdict === "notChecked" ? "not checked" : verdict}: ${title}`),
  ];
}

function isOpen({ verdict }: Weighed): boolean {
  return verdict !== "excluded";
}
