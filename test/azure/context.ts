import type { PublishedEvent } from "./event-grid.ts";
import type { ManagedIdentity } from "./managed-identity.ts";
import type { ResourceGraphState } from "./resource-graph-state.ts";
import type { Tenant } from "./tenant.ts";
import type { TokenMint } from "./token.ts";

/** What every service of the simulated Azure answers from. */
export interface Context {
  readonly tenant: Tenant;
  readonly tokens: TokenMint;
  /** Who the managed identity endpoint signs in as. */
  readonly identity: ManagedIdentity;
  readonly now: () => Date;
  /** Rows per page of every list, instead of each service's own. */
  readonly pageSize: number | undefined;
  /** Seconds that access tokens last. */
  readonly tokenLifetime: number;
  readonly resourceGraph: ResourceGraphState;
  readonly loginServers: ReadonlyMap<string, unknown>;
  /** Takes an event that a custom topic of Event Grid accepted. */
  readonly publish: (event: PublishedEvent) => void;
}
