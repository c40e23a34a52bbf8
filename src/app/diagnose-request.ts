import type { Connection } from "../azure/connection.ts";
import { createMeter } from "../azure/meter.ts";
import { registries } from "../collect/registries.ts";
import type { Gap } from "../core/collected.ts";
import type { Diagnosis } from "../core/diagnose.ts";
import { printable } from "../core/printable.ts";
import { applicationIn, identityKindOf, type Symptom, statusIn } from "../core/symptom.ts";
import { toldBy } from "../core/told.ts";
import { createDiagnostician, findRegistry, nameOf, RefusedError } from "./diagnose-login.ts";
import { mapBounded } from "./map-bounded.ts";
import { readLoginLogs } from "./read-login-logs.ts";
import type { Runtime } from "./runtime.ts";
import { scopeOf } from "./scope-of.ts";

/** What somebody knows of a login that fails. */
export interface DiagnosisRequest {
  /** Resource id, name or login server. */
  readonly registry: string;
  readonly identity?: string | undefined;
  readonly status?: string | undefined;
  readonly error?: string | undefined;
  /** How far back failures count. */
  readonly hours: number;
}

export interface DiagnosisAnswer {
  readonly registryId: string;
  readonly diagnoses: readonly Diagnosis[];
  readonly gaps: readonly Gap[];
}

const diagnosesLimit = 20;

/** Explains failing logins on request; keeps nothing. Throws a RefusedError when the registry is none of ours. */
export async function diagnoseOnRequest(runtime: Runtime, request: DiagnosisRequest): Promise<DiagnosisAnswer> {
  const connection = runtime.connect(createMeter());
  const now = runtime.now();
  const place = await findRegistry(runtime, connection, await registryIdOf(runtime, connection, request.registry));
  const name = place.registry.known ? place.registry.value.name : nameOf(place.registryId);
  const error = printable(request.error ?? "");
  const named = request.identity ?? applicationIn(error);
  const identity = named === undefined ? undefined : printable(named.trim());
  const status = request.status ?? statusIn(error);

  const logs = await readLoginLogs(
    connection,
    { id: place.registryId, name },
    { since: new Date(now.getTime() - request.hours * 3_600_000), until: now, identities: [] },
  );
  const unlogged = request.status === undefined && toldBy(error) !== undefined;
  const matching = (unlogged ? [] : logs.symptoms)
    .filter((symptom) => identity === undefined || symptom.identity.toLowerCase() === identity.toLowerCase())
    .filter((symptom) => status === "" || symptom.status === status)
    .slice(0, diagnosesLimit)
    .map((symptom) => ({ ...symptom, error }));
  const told = identity === undefined && status === "" && error === "" ? [] : [symptomOf()];
  const symptoms = matching.length > 0 ? matching : told;
  const explain = createDiagnostician(runtime, connection, place);
  const diagnoses = await mapBounded(symptoms, 4, (symptom) => explain(symptom, logs.gaps));
  return { registryId: place.registryId, diagnoses, gaps: logs.gaps };

  /** Nothing in the logs: only what was told, which is no proof. */
  function symptomOf(): Symptom {
    const who = identity ?? "";
    return {
      registryId: place.registryId,
      registryName: name,
      identity: who,
      identityKind: identityKindOf(who, name),
      status,
      error,
      horizon: now.toISOString(),
    };
  }
}

async function registryIdOf(runtime: Runtime, connection: Connection, text: string): Promise<string> {
  if (text.startsWith("/")) return text;
  const { registries: all } = await registries.read(connection, scopeOf(runtime.settings));
  const wanted = text.toLowerCase();
  const found = all.filter(({ name, loginServer }) => [name, loginServer].some((one) => one.toLowerCase() === wanted));
  if (found[0] && found.length === 1) return found[0].id;
  throw new RefusedError(
    found.length === 0
      ? `no registry ${printable(text)} can be seen`
      : `more than one registry is called ${printable(text)}`,
  );
}
