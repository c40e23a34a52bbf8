import type { NoticeKind } from "../core/intent.ts";
import type { StoredFinding } from "../core/reconcile.ts";
import { type Severity, severities } from "../core/rule.ts";

/** One change, as a channel is told of it. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly finding: StoredFinding;
  /** What an attacker or an outage gains. */
  readonly why: string;
}

/** What one channel has to be told of one run. */
export interface Digest {
  readonly deliveryId: string;
  readonly runId: string;
  /** ISO time of the message. */
  readonly at: string;
  /** What opened, reopened or got worse, worst first. */
  readonly problems: readonly Notice[];
  /** There are more problems than anybody reads one by one. */
  readonly storm: boolean;
  /** Problems of what was looked at for the first time, worst first: they are old, only new to the auditor. */
  readonly onboarded: readonly Notice[];
  /** Nothing was looked at before at all. */
  readonly firstRun: boolean;
  readonly resolved: readonly Notice[];
  /** Where all of it can be seen. */
  readonly reportUrl?: string;
}

export interface DigestInput {
  readonly deliveryId: string;
  readonly runId: string;
  readonly now: Date;
  readonly notices: readonly Notice[];
  /** Partitions that no run before this one has looked at, or all of them. */
  readonly onboarded: "all" | ReadonlySet<string>;
  readonly reportUrl: string | undefined;
}

const stormLimit = 25;

/** What opens in a first sweep is not news: it is summed up. What opens in a flood is told by rule. */
export function composeDigest({ deliveryId, runId, now, notices, onboarded, reportUrl }: DigestInput): Digest {
  const isOnboarded = ({ kind, finding }: Notice) =>
    kind === "opened" && (onboarded === "all" || onboarded.has(finding.subject.partition));
  const open = notices.filter(({ kind }) => kind !== "resolved").toSorted(worstFirst);
  const problems = open.filter((notice) => !isOnboarded(notice));
  return {
    deliveryId,
    runId,
    at: now.toISOString(),
    problems,
    storm: problems.length > stormLimit,
    onboarded: open.filter(isOnboarded),
    firstRun: onboarded === "all",
    resolved: notices.filter(({ kind }) => kind === "resolved").toSorted(worstFirst),
    ...(reportUrl !== undefined && { reportUrl }),
  };
}

const worstShown = 10;

export interface Listing {
  /** To be told one by one, as far as there is room. */
  readonly single: readonly Notice[];
  /** To be told by rule, however much room there is. */
  readonly grouped: readonly Notice[];
}

/** Which problems a message for people names, and which it only counts. */
export function listing({ problems, storm, onboarded }: Digest): Listing {
  const worst = onboarded.slice(0, worstShown);
  return storm
    ? { single: worst, grouped: [...problems, ...onboarded.slice(worstShown)] }
    : { single: [...problems, ...worst], grouped: onboarded.slice(worstShown) };
}

/** What a message tells of, in the order in which it tells it. */
export interface Layout {
  /** With everything, the command too. */
  readonly full: readonly Notice[];
  /** In one line each. */
  readonly brief: readonly Notice[];
  /** Counted by rule. */
  readonly grouped: readonly Notice[];
}

/** Nobody reads more than five findings in a chat; on a phone they fill three screens. */
const fullSteps = [5, 4, 3, 2, 1, 0];
const briefSteps = [20, 10, 0];

/** Every way to lay a message out, the one that says most first: a service takes the first for which it has room. */
export function layouts(digest: Digest): readonly Layout[] {
  const { single, grouped } = listing(digest);
  return fullSteps.flatMap((full) =>
    briefSteps.map((brief) => ({
      full: sayOnce(single.slice(0, full)),
      brief: single.slice(full, full + brief),
      grouped: [...single.slice(full + brief), ...grouped],
    })),
  );
}

/** The same notices, of which only the first says why it matters and what to do where others would say it again. */
function sayOnce(notices: readonly Notice[]): readonly Notice[] {
  const said = new Set<string>();
  const once = (text: string) => {
    if (said.has(text)) return "";
    said.add(text);
    return text;
  };
  return notices.map(({ kind, finding, why }) => {
    const { text, cli } = finding.remediation;
    return { kind, finding: { ...finding, remediation: { text: once(text), cli } }, why: once(why) };
  });
}

export interface RuleCount {
  readonly title: string;
  readonly severity: Severity;
  readonly count: number;
  /** Some of the subjects. */
  readonly names: readonly string[];
}

const namesShown = 3;

export function countByRule(notices: readonly Notice[]): readonly RuleCount[] {
  const counts = [...Map.groupBy(notices, ({ finding }) => finding.ruleId).values()].flatMap((group) => {
    const [worst] = group.toSorted(worstFirst);
    if (worst === undefined) return [];
    const names = [...new Set(group.map(({ finding }) => finding.subject.name))].slice(0, namesShown);
    return [{ title: worst.finding.title, severity: worst.finding.severity, count: group.length, names }];
  });
  return counts.toSorted((a, b) => rank(b.severity) - rank(a.severity) || b.count - a.count);
}

export function countBySeverity(notices: readonly Notice[]): readonly (readonly [Severity, number])[] {
  const groups = Map.groupBy(notices, ({ finding }) => finding.severity);
  return [...groups]
    .map(([severity, group]) => [severity, group.length] as const)
    .toSorted(([a], [b]) => rank(b) - rank(a));
}

function worstFirst({ finding: a }: Notice, { finding: b }: Notice): number {
  return (
    rank(b.severity) - rank(a.severity) ||
    (a.due ?? "").localeCompare(b.due ?? "") || // what hurts now stands before what will, the nearest first
    a.ruleId.localeCompare(b.ruleId) ||
    a.subject.name.localeCompare(b.subject.name, "en", { numeric: true }) ||
    a.fingerprint.localeCompare(b.fingerprint)
  );
}

function rank(severity: Severity): number {
  return severities.indexOf(severity);
}
