import type { Credential } from "./facts.ts";

/** Where a principal stands with its secrets and certificates at one moment. */
export interface CredentialStanding {
  readonly valid: readonly Credential[];
  readonly expired: readonly Credential[];
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

  const expired = credentials.filter((credential) => ends(credential) <= moment);
  const current = credentials.filter((credential) => ends(credential) > moment);
  const valid = current.filter((credential) => starts(credential) <= moment);
  const notYetValid = current.filter((credential) => starts(credential) > moment);

  let until = Math.max(...valid.map(ends));
  for (const next of notYetValid.toSorted((a, b) => starts(a) - starts(b))) {
    if (starts(next) <= until) until = Math.max(until, ends(next));
  }
  return { valid, expired, notYetValid, coveredUntil: valid.length > 0 ? new Date(until) : undefined };
}
