import { credentialStanding } from "./credential-standing.ts";
import type { Credential } from "./facts.ts";

/** Why nobody can log in as a service principal with a password or a certificate now. */
export interface NoValidCredential {
  /** Words that go on with a sentence about the principal. */
  readonly state: string;
  /** The last that has ended. */
  readonly expired?: Credential;
  /** The next that begins. */
  readonly next?: Credential;
}

/** Undefined where one of the credentials is valid now. */
export function noValidCredential(credentials: readonly Credential[], now: Date): NoValidCredential | undefined {
  const { valid, ...others } = credentialStanding(credentials, now);
  if (valid.length > 0) return undefined;
  const [expired] = others.expired;
  const [next] = others.notYetValid;
  return { state: stateOf(expired, next), ...(expired && { expired }), ...(next && { next }) };
}

function stateOf(expired: Credential | undefined, next: Credential | undefined): string {
  const ended = expired && `whose last secret or certificate ended on ${expired.endsOn.slice(0, 10)}`;
  const from = next?.startsOn.slice(0, 10) ?? "";
  if (next)
    return ended
      ? `${ended}, with the next valid from ${from} on`
      : `whose first secret or certificate is valid from ${from} on`;
  return ended ?? "which has no secret and no certificate";
}
