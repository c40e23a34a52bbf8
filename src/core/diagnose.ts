import type { CatalogCause, CollectedFacts, Verdict } from "./cause.ts";
import type { Gap } from "./collected.ts";
import { fill, fillCommand } from "./fill.ts";
import { parseResourceId } from "./resource-id.ts";
import type { Evidence, Remediation, Severity } from "./rule.ts";
import { firstSeen, isUnnamed, lastSeen, type Symptom, streaksOf, unionOf } from "./symptom.ts";

/** One cause, weighed against one symptom. */
export interface Weighed {
  readonly cause: string;
  readonly title: string;
  readonly verdict: Verdict["verdict"] | "notChecked";
  readonly severity: Severity;
  readonly incident: boolean;
  readonly message: string;
  readonly evidence: Evidence;
  readonly contradicting: readonly string[];
  readonly notChecked: readonly string[];
  readonly remediation?: Remediation;
}

export interface Diagnosis {
  readonly symptom: Symptom;
  /** What explains it best: the first that is confirmed or likely, else `undetermined`. */
  readonly conclusion: Weighed;
  /** Every cause, the likeliest first. */
  readonly causes: readonly Weighed[];
  /** What could not be read, each once. */
  readonly gaps: readonly Gap[];
}

const order = ["confirmed", "likely", "possible", "notChecked", "excluded"] as const;

/** Weighs every known cause against one symptom. `gaps` are those of the logs, besides those of the facts. */
export function diagnose(
  causes: readonly CatalogCause[],
  symptom: Symptom,
  facts: CollectedFacts,
  now: Date,
  logGaps: readonly Gap[] = [],
): Diagnosis {
  const ranked = causes
    .map((cause) => ({ cause, weighed: weigh(cause, symptom, facts, now) }))
    .toSorted(
      (a, b) => order.indexOf(a.weighed.verdict) - order.indexOf(b.weighed.verdict) || a.cause.rank - b.cause.rank,
    )
    .map(({ weighed }) => weighed);
  const gaps = [...logGaps, ...gapsThatMatter(causes, symptom, facts)];
  const found = ranked.find(({ verdict, cause }) => isFound(verdict) && cause !== undeterminedId);
  const undetermined = ranked.find(({ cause }) => cause === undeterminedId);
  if (!undetermined) throw new Error(`the catalog has no cause ${undeterminedId}`);
  if (found) {
    const settled = { ...undetermined, verdict: "excluded", message: `${found.title}.`, notChecked: [] } as const;
    return { symptom, conclusion: found, causes: ranked.map((one) => (one === undetermined ? settled : one)), gaps };
  }
  const unread = [...new Set(gaps.map(({ fact, reason, detail }) => `${fact} (${reason}): ${detail}`))];
  const conclusion = { ...undetermined, notChecked: [...unread, ...undetermined.notChecked] };
  return { symptom, conclusion, causes: ranked.map((one) => (one === undetermined ? conclusion : one)), gaps };
}

const undeterminedId = "undetermined";

function isFound(verdict: Weighed["verdict"]): boolean {
  return verdict === "confirmed" || verdict === "likely";
}

function weigh(cause: CatalogCause, symptom: Symptom, facts: CollectedFacts, now: Date): Weighed {
  const { id, title, severity, incident } = cause;
  const about = { cause: id, title, severity, incident, evidence: {}, contradicting: [], notChecked: [] };
  const because = cause.rulesOut(symptom);
  if (because !== undefined) return { ...about, verdict: "excluded", message: because };

  const gaps = gapsOf(cause, facts);
  if (gaps.length > 0) {
    const notChecked = gaps.map(({ detail }) => detail);
    return { ...about, verdict: "notChecked", message: `Not checked: ${notChecked.join("; ")}`, notChecked };
  }
  const needed = Object.fromEntries(
    cause.needs.map((name) => {
      const fact = facts[name];
      return [name, fact.known ? fact.value : undefined];
    }),
  );
  const verdict = cause.weigh(symptom, needed, now);
  if (verdict.verdict === "excluded") return { ...about, verdict: "excluded", message: verdict.because };
  const evidence = { ...evidenceOf(symptom), ...verdict.evidence };
  return {
    ...about,
    // no row shows the failure, so that only settings speak
    verdict: verdict.verdict === "confirmed" && streaksOf(symptom).length === 0 ? "likely" : verdict.verdict,
    severity: verdict.severity ?? severity,
    evidence,
    contradicting: verdict.contradicting ?? [],
    notChecked: verdict.notChecked ?? [],
    message: fill(cause.message, evidence).replace(/^the /, "The "), // names of people and apps stay as they are
    remediation: {
      text: fill(cause.remediation.text, evidence),
      cli: fillCommand(cause.remediation.cli, evidence),
    },
  };
}

/** What is known of the failures whatever their cause; the templates of every cause may name it. */
export function evidenceOf(symptom: Symptom): Evidence {
  const { registryName: registry, registryId, identity, status, horizon } = symptom;
  const lastSuccess = lastOf(unionOf(symptom, (streak) => streak.lastSuccess ?? []));
  const worked = lastSuccess === undefined ? `never, looking back to ${minuteOf(horizon)}` : minuteOf(lastSuccess);
  const seen = firstSeen(symptom);
  const lists = {
    addresses: unionOf(symptom, ({ addresses }) => addresses),
    userAgents: unionOf(symptom, ({ userAgents }) => userAgents),
    correlationIds: unionOf(symptom, ({ correlationIds }) => correlationIds),
    repositories: unionOf(symptom, ({ repositories }) => repositories),
    callerTenants: unionOf(symptom, ({ callerTenants }) => callerTenants),
  };
  return {
    registry,
    registryId,
    subscriptionId: parseResourceId(registryId)?.subscriptionId ?? "",
    identity: isUnnamed(symptom) ? "A client that was not named" : identity || "(anonymous)",
    status: status === "" ? "no status" : status,
    since: seen === undefined ? "an unknown time" : minuteOf(seen),
    history: seen === undefined ? "No row of the logs shows it." : `Last success of this identity: ${worked}.`,
    failures: streaksOf(symptom).reduce((sum, { count }) => sum + count, 0),
    ...(seen !== undefined && { firstSeen: seen, lastSeen: lastSeen(symptom) ?? seen }),
    ...(lastSuccess !== undefined && { lastSuccess }),
    searchedSince: horizon,
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
  };
}

function lastOf(times: readonly string[]): string | undefined {
  return times.toSorted().at(-1);
}

/** `2026-11-21 09:14 UTC` */
export function minuteOf(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}

function gapsOf({ needs }: CatalogCause, facts: CollectedFacts): readonly Gap[] {
  return needs.flatMap((name) => {
    const fact = facts[name];
    return fact.known ? [] : [fact.gap];
  });
}

/** A gap in a fact that only causes need which the symptom rules out says nothing. */
function gapsThatMatter(causes: readonly CatalogCause[], symptom: Symptom, facts: CollectedFacts): readonly Gap[] {
  const gaps = causes.filter((cause) => cause.rulesOut(symptom) === undefined).flatMap((cause) => gapsOf(cause, facts));
  return [...new Map(gaps.map((gap) => [`${gap.fact}\n${gap.detail}`, gap])).values()];
}
