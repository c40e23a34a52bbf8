import type { Diagnosis, Weighed } from "./diagnose.ts";
import { evidenceOf } from "./diagnose.ts";
import type { Finding } from "./evaluate.ts";
import type { SubjectRef } from "./facts.ts";
import { fingerprint, type Realm } from "./fingerprint.ts";
import { type Change, type Moment, reconcile, resolve, type StoredFinding } from "./reconcile.ts";
import { lastSeen, recoveredAt, type Streak, type Symptom, streaksOf } from "./symptom.ts";

/** The rule of findings that come from logs. Sweeps cannot see how logins go, and leave them alone. */
export const loginFailing = "login-failing";

/** What tells one failing login of a registry from another; addresses come and go with nodes. */
export function aboutOf({ identity, status }: Pick<Symptom, "identity" | "status">): string {
  return `${identity.toLowerCase()}|${status}`;
}

/** The finding of a failing login, with what explains it best. */
function findingOf({ symptom, conclusion, causes }: Diagnosis, subject: SubjectRef, realm: Realm): Finding {
  const about = aboutOf(symptom);
  const others = causes
    .filter((one) => one !== conclusion && isOpen(one))
    .map(({ title, verdict }) => `${verdict}: ${title}`);
  return {
    fingerprint: fingerprint(realm, loginFailing, subject.id, about),
    ruleId: loginFailing,
    title: conclusion.title,
    subject,
    about,
    severity: conclusion.severity,
    message: conclusion.message,
    evidence: {
      ...evidenceOf(symptom),
      ...conclusion.evidence,
      cause: conclusion.cause,
      verdict: conclusion.verdict,
      contradicting: conclusion.contradicting,
      notChecked: conclusion.notChecked,
      otherCauses: others,
      seenIn: [...(symptom.login ? ["login"] : []), ...(symptom.repository ? ["repository"] : [])],
    },
    remediation: conclusion.remediation ?? { text: "", cli: "" },
  };
}

function isOpen({ verdict }: Weighed): boolean {
  return verdict === "confirmed" || verdict === "likely" || verdict === "possible";
}

/**
 * What new knowledge of one login changes in the finding that is stored of it, if anything.
 *
 * Events come late, twice and in any order: what is stored wins where it has seen later failures.
 */
export function changeOf(
  stored: StoredFinding | undefined,
  diagnosis: Diagnosis,
  subject: SubjectRef,
  realm: Realm,
  moment: Moment,
): Change | undefined {
  const { symptom } = diagnosis;
  const seen = lastSeen(symptom) ?? "";
  const storedSeen = String(stored?.evidence.lastSeen ?? "");
  if (recoveredAt(symptom) !== undefined) {
    return stored?.state === "open" && storedSeen <= seen ? resolve(stored, "fixed", moment) : undefined;
  }
  if (!diagnosis.conclusion.incident) return undefined;
  if (stored && (storedSeen > seen || (stored.state === "resolved" && storedSeen === seen))) return undefined;
  const finding = findingOf(diagnosis, subject, realm);
  const evaluation = {
    ruleId: loginFailing,
    subject,
    outcome: "fail",
    message: finding.message,
    evidence: finding.evidence,
    findings: [finding],
    gaps: diagnosis.gaps,
    judged: [finding.about],
    undecided: "all",
  } as const;
  return reconcile(stored ? [stored] : [], evaluation, moment)[0];
}

/** So many logins that nobody can place are told one by one; more are one finding. */
const strangersLimit = 10;

/**
 * Anybody may try to log in under any name, and nobody wants a message for each. Logins that never worked and that
 * nothing explains become one for each status, where there are many of them.
 */
export function foldStrangers(diagnoses: readonly Diagnosis[], known: ReadonlySet<string>): readonly Diagnosis[] {
  const isStranger = ({ symptom, conclusion }: Diagnosis) =>
    conclusion.cause === "undetermined" &&
    !known.has(aboutOf(symptom)) &&
    streaksOf(symptom).every(({ successes }) => successes === 0);
  const strangers = Map.groupBy(diagnoses.filter(isStranger), ({ symptom }) => symptom.status);
  const many = [...strangers.values()].filter((group) => group.length > strangersLimit);
  const folded = new Set(many.flat());
  return [...diagnoses.filter((one) => !folded.has(one)), ...many.flatMap(asOne)];
}

function asOne(group: readonly Diagnosis[]): readonly Diagnosis[] {
  const [first] = group;
  if (!first) return [];
  const streaks = group.flatMap(({ symptom }) => streaksOf(symptom));
  const some = (of: (streak: Streak) => readonly string[]) => [...new Set(streaks.flatMap(of))].slice(0, 10);
  const times = streaks.flatMap((streak) => [streak.firstSeen, streak.lastSeen]).sort();
  const login: Streak = {
    count: streaks.reduce((sum, { count }) => sum + count, 0),
    firstSeen: times[0] ?? "",
    lastSeen: times.at(-1) ?? "",
    successes: 0,
    healed: 0,
    besideCredentialed: 0,
    addresses: some(({ addresses }) => addresses),
    workingAddresses: [],
    userAgents: some(({ userAgents }) => userAgents),
    correlationIds: some(({ correlationIds }) => correlationIds),
    repositories: some(({ repositories }) => repositories),
    callerTenants: some(({ callerTenants }) => callerTenants),
    operations: some(({ operations }) => operations),
  };
  const { registryId, registryName, status, error, horizon } = first.symptom;
  const whose = {
    registryId,
    registryName,
    identity: manyIdentities,
    identityKind: "name",
    status,
    error,
    horizon,
  } as const;
  const message = `${group.length} identities that nobody can place are refused by ${registryName} with status ${status}, from ${login.addresses.join(", ")}. None of them ever logged in.`;
  const names = group.map(({ symptom }) => symptom.identity).slice(0, 10);
  const evidence = { ...first.conclusion.evidence, identities: group.length, someIdentities: names };
  const conclusion = { ...first.conclusion, title: "Many unknown identities are refused", message, evidence };
  const symptom = { ...whose, login };
  return [{ ...first, symptom, conclusion: { ...conclusion, evidence: { ...evidence, ...evidenceOf(symptom) } } }];
}

/** No login has this name: a login's name is never empty between parentheses. */
const manyIdentities = "(many)";

/** A finding without a failure for so long that it counts as over. */
export function isQuiet(finding: StoredFinding, quietHours: number, now: Date): boolean {
  const seen = Date.parse(String(finding.evidence.lastSeen ?? finding.changedAt));
  return finding.state === "open" && now.getTime() - seen >= quietHours * 3_600_000;
}
