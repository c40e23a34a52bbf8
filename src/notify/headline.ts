import type { Digest, Notice } from "./digest.ts";
import { capital, endingOf, line, newsOf, onboardedLine, severityCounts, whatOf } from "./phrase.ts";

/** As much as a header of Slack holds, with the mark that stands before it. */
const limit = 145;

/** The message in one line, which is all that a phone shows: the worst by its name, and how much more there is. */
export function headline({ problems, onboarded, resolved, firstRun }: Digest): string {
  const [problem] = problems;
  const [old] = onboarded;
  const [ended] = resolved;
  const open = problems.length + onboarded.length;
  if (problem)
    return fitted(`${capital(problem.finding.severity)}: `, whatOf(problem), `${newsOf(problem)}${andMore(open)}`);
  if (old) {
    const when = firstRun ? "First sweep: " : "Swept for the first time: ";
    return fitted(when, whatOf(old), ` (${old.finding.severity})${andMore(open)}`);
  }
  if (ended) return fitted("Resolved: ", whatOf(ended), andMore(resolved.length));
  return "Nothing is new";
}

/** How much there is of what, where that is more than the headline says. */
export function summary(digest: Digest): string | undefined {
  const { problems, onboarded } = digest;
  if (problems.length + onboarded.length < 2) return undefined;
  const of = (kind: Notice["kind"], words: string) => {
    const number = problems.filter((notice) => notice.kind === kind).length;
    return number === 0 ? [] : [`${number} ${words}`];
  };
  const kinds = [...of("opened", "new"), ...of("reopened", "back again"), ...of("escalated", "worse than before")];
  return [
    ...(problems.length === 0 ? [] : [`${kinds.join(", ")}: ${severityCounts(problems)}.`]),
    onboardedLine(digest),
  ]
    .filter((sentence) => sentence !== undefined)
    .join(" ");
}

/** The one of which the headline has already said what it is: the only problem, or the only end. */
export function onlyOf({ problems, onboarded, resolved }: Digest): Notice | undefined {
  const open = [...problems, ...onboarded];
  const [first, second] = open.length > 0 ? open : resolved;
  return second === undefined ? first : undefined;
}

/** How an end is told where the headline names what ended. */
export function endSentence(notice: Notice): string {
  return `${capital(endingOf(notice))}.`;
}

function andMore(number: number): string {
  return number > 1 ? `, and ${number - 1} more` : "";
}

function fitted(before: string, what: string, after: string): string {
  return `${before}${line(what, limit - before.length - after.length)}${after}`;
}
