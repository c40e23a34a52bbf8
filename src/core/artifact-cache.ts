import type { Collected } from "./collected.ts";

/**
 * A rule by which a registry fetches what it does not have out of another one, and keeps it.
 * https://learn.microsoft.com/azure/container-registry/artifact-cache-overview
 */
export interface CacheRule {
  readonly id: string;
  readonly name: string;
  /** What it fetches: `docker.io/library/*`. */
  readonly upstream: string;
  /** What it logs in to the upstream with; absent where it pulls as nobody, null where the set named is not there. */
  readonly credentialSet?: Collected<CredentialSet | null>;
}

/** A login to an upstream, whose user name and password are secrets in a key vault. */
export interface CredentialSet {
  readonly id: string;
  readonly name: string;
  /** The upstream: `docker.io`. */
  readonly loginServer: string;
  /** The identity that reads the key vault; empty without one. */
  readonly principalId: string;
  /** The key vaults that hold the secrets: `contoso.vault.azure.net`. */
  readonly vaults: readonly string[];
  /** What the registry last said of its credentials. */
  readonly health: readonly CredentialHealth[];
}

interface CredentialHealth {
  readonly name: string;
  readonly healthy: boolean;
  readonly errorCode: string;
  readonly errorMessage: string;
}

/** None of the credentials works; a set of which nothing is said yet is not broken. */
export function isUnhealthy({ health }: CredentialSet): boolean {
  return health.length > 0 && health.every(({ healthy }) => !healthy);
}
