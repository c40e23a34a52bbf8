import { toldBy } from "./told.ts";

/** A failing login as the logs, or its victim, show it: one registry, identity and status. Its texts are hostile. */
export interface Symptom {
  readonly registryId: string;
  readonly registryName: string;
  /** As it was logged: an application or object id, a user name, a token's name, the registry's name, or nothing. */
  readonly identity: string;
  readonly identityKind: IdentityKind;
  /** The HTTP status as text; empty where only an error text is known. */
  readonly status: string;
  /** Refused logins, where there are rows of them. */
  readonly login?: Streak;
  /** Pulls and pushes refused, missing or throttled, where there are rows of them. */
  readonly repository?: Streak;
  /** What the victim read. */
  readonly error: string;
  /** ISO time from which on the logs were searched. */
  readonly horizon: string;
}

/** Failures without a success of the same identity between them. */
export interface Streak {
  readonly count: number;
  /** ISO times. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** The last success before the streak, as far back as the horizon. */
  readonly lastSuccess?: string;
  /** The first success after it: the login works again. */
  readonly successAfter?: string;
  readonly successes: number;
  /** Failures with a success of the same identity from the same address within two minutes. */
  readonly healed: number;
  /** Anonymous failures with an attempt by somebody from the same address within two minutes. */
  readonly besideCredentialed: number;
  readonly addresses: readonly string[];
  /** Those of the addresses from which anybody's login or pull worked in the same time. */
  readonly workingAddresses: readonly string[];
  readonly userAgents: readonly string[];
  readonly correlationIds: readonly string[];
  readonly repositories: readonly string[];
  readonly callerTenants: readonly string[];
  readonly operations: readonly string[];
}

export type IdentityKind = "anonymous" | "placeholder" | "admin" | "id" | "user" | "name";

const placeholder = "00000000-0000-0000-0000-000000000000";
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * What a logged identity stands for, by its shape alone. The admin user is called like the registry's resource, which
 * is not always how its login server begins. https://learn.microsoft.com/azure/container-registry/container-registry-authentication
 */
export function identityKindOf(identity: string, registryName: string): IdentityKind {
  const text = identity.trim().toLowerCase();
  if (text === "" || text === "anonymous" || text === "<nil>") return "anonymous";
  if (text === placeholder) return "placeholder";
  if (text === registryName.toLowerCase()) return "admin";
  if (guid.test(text)) return "id";
  return text.includes("@") ? "user" : "name";
}

/** The streaks of a symptom, the logins first. */
export function streaksOf({ login, repository }: Symptom): readonly Streak[] {
  return [login, repository].filter((streak) => streak !== undefined);
}

/** Told of without saying whose login it is, which is not a login as nobody. */
export function isUnnamed(symptom: Symptom): boolean {
  return symptom.identity === "" && streaksOf(symptom).length === 0;
}

export function firstSeen(symptom: Symptom): string | undefined {
  return streaksOf(symptom)
    .map((streak) => streak.firstSeen)
    .sort()[0];
}

export function lastSeen(symptom: Symptom): string | undefined {
  return streaksOf(symptom)
    .map((streak) => streak.lastSeen)
    .sort()
    .at(-1);
}

/** Since when the login works again: every streak has been followed by a success. */
export function recoveredAt(symptom: Symptom): string | undefined {
  const successes = streaksOf(symptom).map(({ successAfter }) => successAfter);
  if (successes.length === 0 || successes.includes(undefined)) return undefined;
  return successes
    .filter((success) => success !== undefined)
    .sort()
    .at(-1);
}

/** Which permission was missed: pushing, where all that failed were pushes. */
export function wantedOperation({ repository }: Symptom): "pull" | "push" {
  const operations = repository?.operations ?? [];
  return operations.length > 0 && operations.every((operation) => /^push/i.test(operation)) ? "push" : "pull";
}

export function unionOf(symptom: Symptom, of: (streak: Streak) => string | readonly string[]): readonly string[] {
  return [...new Set(streaksOf(symptom).flatMap(of))];
}

/**
 * The status that an error text tells, where it tells one.
 * https://learn.microsoft.com/azure/container-registry/container-registry-troubleshoot-access
 * https://learn.microsoft.com/azure/container-registry/container-registry-troubleshoot-login
 */
export function statusIn(error: string): string {
  if (toldBy(error) !== undefined) return "";
  const found = statuses.find(([pattern]) => pattern.test(error));
  return found?.[1] ?? "";
}

const statuses: readonly (readonly [RegExp, string])[] = [
  [/is not allowed access|aka\.ms\/acr\/firewall|CONNECTIVITY_FORBIDDEN_ERROR/i, "403"],
  [said(403), "403"],
  [/manifest[ _]unknown|name[ _]unknown|: not found/i, "404"],
  [said(404), "404"],
  [/toomanyrequests/i, "429"],
  [said(429), "429"],
  [said(401), "401"],
  [/unauthorized|authentication required|AADSTS\d+|failed to authorize|invalid_client/i, "401"],
  [/not registered with AAD|client id must be guid|token validation failed/i, "401"],
  [/requested access to the resource is denied/i, "403"],
];

/** A number that is a status, and no part of a tag, an address or a digest. */
function said(status: number): RegExp {
  return new RegExp(`(?<![\\w./-]|\\w:)${status}(?![\\w/-]|\\.\\d)`);
}

/** The application that Microsoft Entra does not find or whose secret it refuses. https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
export function applicationIn(error: string): string | undefined {
  return /AADSTS7000(?:16|222|215)\b.*?(?:identifier|app|application) '([0-9a-f-]{36})'/is.exec(error)?.[1];
}
