import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, withSignal } from "../azure/connection.ts";
import { AzureError } from "../azure/error.ts";
import { createMeter } from "../azure/meter.ts";
import { loginCategory, repositoryCategory } from "../collect/log-workspaces.ts";
import type { Gap } from "../core/collected.ts";
import type { Diagnosis } from "../core/diagnose.ts";
import type { SubjectRef } from "../core/facts.ts";
import type { Realm } from "../core/fingerprint.ts";
import { eventIdOf, type LoginFailuresDetected } from "../core/login-failures-event.ts";
import { aboutOf, changeOf, foldStrangers, isQuiet, loginFailing } from "../core/login-finding.ts";
import { type Change, type Moment, resolve, type StoredFinding } from "../core/reconcile.ts";
import { sameId } from "../core/resource-id.ts";
import { type Symptom, streaksOf } from "../core/symptom.ts";
import type { ClaimKey } from "../store/store.ts";
import { createDiagnostician, findRegistry, nameOf, RefusedError } from "./diagnose-login.ts";
import { mapBounded } from "./map-bounded.ts";
import { isPassing, readLoginLogs } from "./read-login-logs.ts";
import { reconcileStored } from "./reconcile-stored.ts";
import type { RegistryPlace } from "./registry-place.ts";
import type { Runtime } from "./runtime.ts";

export type Reaction =
  | {
      readonly kind: "done";
      readonly diagnoses: readonly Diagnosis[];
      readonly changes: readonly Change[];
      /** What could not be read; with them, nothing found is not "no failures". */
      readonly gaps: readonly Gap[];
    }
  /** This window of this registry has been looked at. */
  | { readonly kind: "known" }
  /** None of this auditor's business, now and whenever it is told again. */
  | { readonly kind: "refused"; readonly why: string };

/** Event Grid waits 30 s for an answer; this leaves room to store what was found. */
const budgetInMs = 15_000;
const leaseInMs = 60_000;
const patienceInMs = 3000;
const symptomsLimit = 50;

/**
 * Finds out why logins to one registry failed in one window, and keeps it.
 *
 * However often and by however many it is told, the logs are asked once for a registry and window. Can run twice and
 * in any order. Throws an AzureError where another try may help, and leaves nothing behind then.
 */
export async function reactToLoginFailures(runtime: Runtime, event: LoginFailuresDetected): Promise<Reaction> {
  const flights = flightsOf(runtime);
  const key = `${event.registryId.toLowerCase()}|${event.windowStart}|${event.windowEnd}`;
  let flight = flights.get(key);
  if (flight === undefined) {
    flight = claimAndReact(runtime, event, { day: event.windowEnd.slice(0, 10), name: key }).finally(() =>
      flights.delete(key),
    );
    flights.set(key, flight);
  }
  return flight;
}

const inFlight = new WeakMap<Runtime, Map<string, Promise<Reaction>>>();

function flightsOf(runtime: Runtime): Map<string, Promise<Reaction>> {
  const flights = inFlight.get(runtime) ?? new Map<string, Promise<Reaction>>();
  inFlight.set(runtime, flights);
  return flights;
}

async function claimAndReact(runtime: Runtime, event: LoginFailuresDetected, key: ClaimKey): Promise<Reaction> {
  const { store } = runtime;
  await runtime.store.prepare();
  const claim = await takeClaim(runtime, key);
  if (claim === "done") return { kind: "known" };
  try {
    const window = { since: new Date(event.windowStart), at: runtime.now() };
    const runId = `event-${eventIdOf(event).slice("sha256:".length, "sha256:".length + 20)}`;
    const reaction = await lookAt(runtime, event.registryId, { ...window, runId });
    await store.claims.settle(key);
    return reaction;
  } catch (error) {
    await store.claims.release(key);
    if (error instanceof RefusedError) return { kind: "refused", why: error.message };
    throw error;
  }
}

/** Waits while another instance is at it, and gives up in time for the event to be told again. */
async function takeClaim({ store, now }: Runtime, key: ClaimKey): Promise<"taken" | "done"> {
  for (const started = Date.now(); ; ) {
    const at = now();
    const claim = await store.claims.take(key, { at, until: new Date(at.getTime() + leaseInMs) });
    if (claim !== "busy") return claim;
    if (Date.now() - started > patienceInMs)
      throw new AzureError("unreachable", "claim login failures", "another instance is still looking at them");
    await sleep(500);
  }
}

interface Look {
  readonly since: Date;
  readonly at: Date;
  readonly runId: string;
}

/** Looks at one registry's failing logins since a moment, and at those of which a finding is open. */
export async function lookAt(
  runtime: Runtime,
  registryId: string,
  { since, at, runId }: Look,
): Promise<Reaction & { kind: "done" }> {
  const signal = AbortSignal.timeout(budgetInMs);
  const connection = withSignal(runtime.connect(createMeter()), signal);
  const place = await findRegistry(runtime, connection, registryId);
  const subject = subjectOf(place);
  const realm: Realm = { cloud: runtime.cloud.name, tenantId: place.subscription.tenantId };

  const open = await openFindings(runtime, subject);
  const logs = await readLoginLogs(
    connection,
    { id: place.registryId, name: subject.name },
    {
      since,
      until: at,
      identities: open.map(identityOf),
    },
  );
  const passing = logs.gaps.find(isPassing);
  if (passing) throw new AzureError(passing.reason, "look at login failures", passing.detail);

  const watched = new Set(open.map(({ about }) => about));
  const all = logs.symptoms.filter((symptom) => watched.has(aboutOf(symptom)) || hasFailedSince(symptom, since));
  const symptoms = all.toSorted((a, b) => rankOf(a, watched) - rankOf(b, watched)).slice(0, symptomsLimit);
  const gaps = all.length > symptomsLimit ? [...logs.gaps, leftOut(all.length, subject)] : logs.gaps;
  const diagnoses = await diagnoseAll(runtime, connection, place, symptoms, gaps);
  const told = foldStrangers(diagnoses, watched);
  const changes = await store(runtime, subject, realm, told, gaps, { runId, at: at.toISOString() });
  return { kind: "done", diagnoses: told, changes, gaps };
}

/** Whom to look at where there are too many: findings that are open, then logins that once worked. */
function rankOf(symptom: Symptom, watched: ReadonlySet<string>): number {
  if (watched.has(aboutOf(symptom))) return 0;
  if (streaksOf(symptom).some(({ successes }) => successes > 0)) return 1;
  return symptom.identityKind === "id" || symptom.identityKind === "admin" ? 2 : 3;
}

function leftOut(count: number, { name }: SubjectRef): Gap {
  const detail = `${count} identities fail at ${name}; ${symptomsLimit} of them were looked at`;
  return { fact: "logs", reason: "malformed", detail };
}

function hasFailedSince({ login, repository }: Symptom, since: Date): boolean {
  return [login, repository].some((streak) => streak !== undefined && new Date(streak.lastSeen) >= since);
}

function subjectOf({ registryId, registry, subscription }: RegistryPlace): SubjectRef<"registry"> {
  const name = registry.known ? registry.value.name : nameOf(registryId);
  return { kind: "registry", id: registryId, name, partition: subscription.id };
}

async function openFindings(runtime: Runtime, subject: SubjectRef): Promise<readonly StoredFinding[]> {
  const { findings } = await runtime.store.findings.load(subject.partition);
  return findings.filter((finding) => isOurs(finding, subject) && finding.state === "open");
}

function isOurs({ ruleId, subject: { id } }: StoredFinding, subject: SubjectRef): boolean {
  return ruleId === loginFailing && sameId(id, subject.id);
}

function identityOf({ about }: StoredFinding): string {
  return about.slice(0, about.lastIndexOf("|"));
}

function diagnoseAll(
  runtime: Runtime,
  connection: Connection,
  place: RegistryPlace,
  symptoms: readonly Symptom[],
  gaps: readonly Gap[],
): Promise<readonly Diagnosis[]> {
  const explain = createDiagnostician(runtime, connection, place);
  return mapBounded(symptoms, 4, (symptom) => explain(symptom, gaps));
}

async function store(
  runtime: Runtime,
  subject: SubjectRef,
  realm: Realm,
  diagnoses: readonly Diagnosis[],
  gaps: readonly Gap[],
  moment: Moment,
): Promise<readonly Change[]> {
  return reconcileStored(runtime, subject.partition, (loaded) => {
    const own = new Map(
      loaded.findings.filter((finding) => isOurs(finding, subject)).map((finding) => [finding.about, finding]),
    );
    const told = diagnoses.flatMap((diagnosis) => {
      const change = changeOf(own.get(aboutOf(diagnosis.symptom)), diagnosis, subject, realm, moment);
      return change ? [change] : [];
    });
    const now = new Date(moment.at);
    const news = new Set(told.filter(({ kind }) => kind !== "stillOpen").map(({ finding }) => finding.fingerprint));
    const quiet = [...own.values()]
      .filter((finding) => !news.has(finding.fingerprint) && canBeSeen(finding, gaps))
      .filter((finding) => isQuiet(finding, runtime.settings.ACRAUDIT_QUIET_HOURS, now))
      .map((finding) => resolve(finding, "quiet", moment));
    const over = new Set(quiet.map(({ finding }) => finding.fingerprint));
    return [...told.filter(({ finding }) => !over.has(finding.fingerprint)), ...quiet];
  });
}

/** What cannot be seen is not over. A table that the finding was never in does not hide it. */
function canBeSeen({ evidence: { seenIn } }: StoredFinding, gaps: readonly Gap[]): boolean {
  const sources: readonly string[] = Array.isArray(seenIn) ? seenIn : [];
  const irrelevant = [
    ...(sources.includes("login") ? [] : [loginCategory]),
    ...(sources.includes("repository") ? [] : [repositoryCategory]),
  ];
  return gaps.every(({ fact }) => irrelevant.includes(fact));
}
