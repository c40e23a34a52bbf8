import type { Connection } from "../azure/connection.ts";
import { denials } from "../collect/denials.ts";
import { groupMembers } from "../collect/group-members.ts";
import { registry } from "../collect/registry.ts";
import { role } from "../collect/roles.ts";
import type { Collected } from "../core/collected.ts";
import type { Denial, Registry, Role } from "../core/facts.ts";
import type { TokenLogin } from "../core/repository-token.ts";
import type { SubscriptionSlice } from "../core/slice.ts";
import { type NetworkOf, networksOf } from "./networks-of.ts";
import { remember } from "./remember.ts";
import { tokenLogins } from "./token-logins.ts";

/** What is read for pullers, each of them once however many ask. */
export interface PullerReads {
  readonly connection: Connection;
  readonly detailsOf: (id: string) => Promise<Collected<Registry>>;
  readonly denialsOf: (subscriptionId: string) => Promise<Collected<readonly Denial[]>>;
  readonly roleOf: (id: string) => Promise<Collected<Role>>;
  readonly membersOf: (groupId: string) => Promise<Collected<readonly string[]>>;
  readonly networkOf: NetworkOf;
  readonly tokenOf: (registryId: string, name: string) => Promise<TokenLogin>;
}

/** What each puller of a slice is read with; `detailsOf` where the registries are listed already. */
export function pullerReads(
  slice: SubscriptionSlice,
  connection: Connection,
  shared: Partial<Pick<PullerReads, "detailsOf" | "networkOf">> = {},
): PullerReads {
  return {
    connection,
    detailsOf: shared.detailsOf ?? remember(registry, connection),
    denialsOf: remember(denials, connection),
    roleOf: remember(role, connection),
    membersOf: remember(groupMembers, connection),
    networkOf: shared.networkOf ?? networksOf(slice, connection),
    tokenOf: tokenLogins(connection),
  };
}
