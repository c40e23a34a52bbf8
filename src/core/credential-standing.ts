import type { Credential } from "./facts.ts";

/** Where a principal stands with its secrets and certificates at one moment. */
export interface CredentialStanding {
  readonly valid: readonly Credential[];
  /** The last one first. */
  readonly expired: readonly Credential[];
  /** The next one first. */
  readonly notYetValid: readonly Credential[];
  /**
   * Until when it can log in without a break: the end of the last credential that is valid now, or that starts before
   * the ones before it end. Undefined when none is valid now.
   */
  readonly coveredUntil: Date | undefined;
}

/** A credential is valid from `startsOn` on and before `endsOn`. */
export function credentialStanding(credentials: readonly Credential[], now: Date): CredentialStanding {
  const starts = (credential: Credential) => Date.parse(credential.startsOn);
  const ends = (credential: Credential) => Date.parse(credential.endsOn);
  const moment = now.getTime();

  const expired = credentials.filter((one) => ends(one) <= moment).toSorted((a, b) => ends(b) - ends(a));
  const current = credentials.filter((credential) => ends(credential) > moment);
  const valid = current.filter((credential) => starts(credential) <= moment);
  const notYetValid = current.filter((one) => starts(one) > moment).toSorted((a, b) => starts(a) - starts(b));

  let until = Math.max(...valid.map(ends));
  for (const next of notYetValid) {
    if (starts(next) <= until) until = Math.max(until, ends(next));
  }
  return { valid, expired, notYetValid, coveredUntil: valid.length > 0 ? new Date(until) : undefined };
}
