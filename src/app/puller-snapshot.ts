import type { Connection } from "../azure/connection.ts";
import { assignedGrants } from "../collect/assigned-grants.ts";
import { collect } from "../collect/collector.ts";
import { denials } from "../collect/denials.ts";
import { roleGuid } from "../collect/grants.ts";
import { groupMembers } from "../collect/group-members.ts";
import { registry } from "../collect/registry.ts";
import { role } from "../collect/roles.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import { groupsThatMatter } from "../core/denied.ts";
import type { Denial, Grant, Membership, Puller, Registry, RegistryNeed, Role, Snapshot } from "../core/facts.ts";
import { mayPull } from "../core/pull-permission.ts";
import type { TokenLogin } from "../core/repository-token.ts";
import { parseResourceId } from "../core/resource-id.ts";
import { covers, withGroupsOf } from "../core/scope.ts";
import type { PullerEntry, SubscriptionSlice } from "../core/slice.ts";
import { mapBounded } from "./map-bounded.ts";
import { type NetworkOf, networksOf } from "./networks-of.ts";
import { remember } from "./remember.ts";
import { tokenLogins } from "./token-logins.ts";
import { withRoles } from "./with-roles.ts";

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

/** One puller of a slice, with what the inventory did not know of it. */
export async function pullerSnapshot(
  entry: PullerEntry,
  partition: string,
  reads: PullerReads,
): Promise<Snapshot<"puller">> {
  const subject = { kind: "puller", id: entry.id, name: entry.name, partition } as const;
  const { puller, hasPullGrant, vantage } = entry;
  if (!puller.known || !entry.needs.known)
    return { subject, facts: { puller, needs: entry.needs as Collected<never>, hasPullGrant, vantage } };

  const resolved = await mapBounded(entry.needs.value, 2, (need) => completeNeed(need, puller.value, reads));
  const unresolved = entry.unresolved.map(({ text, learned }) => unresolvedNeed(text, learned));
  return { subject, facts: { puller, needs: known([...resolved, ...unresolved]), hasPullGrant, vantage } };
}

async function completeNeed(
  need: Omit<RegistryNeed, "registry" | "denials" | "memberships" | "network">,
  puller: Puller,
  reads: PullerReads,
): Promise<RegistryNeed> {
  const subscriptionId = parseResourceId(need.registryId)?.subscriptionId ?? "";
  const [details, denied] = await Promise.all([reads.detailsOf(need.registryId), reads.denialsOf(subscriptionId)]);
  const ancestors = withGroupsOf(need.ancestors, denied.known ? denied.value : []);
  const network = await reads.networkOf(need.registryId, details, puller);
  const identity = need.identity ?? puller.identity;
  if (identity.kind === "repositoryToken" && details.known) {
    const token = await reads.tokenOf(need.registryId, identity.userName ?? "");
    return { ...need, identity: { ...identity, token }, registry: details, denials: denied, memberships: [], network };
  }
  const { principalId, kind } = identity;
  const memberships = principalId.known
    ? await membershipsOf({ ...need, ancestors }, denied, principalId.value, reads)
    : [];
  const complete: RegistryNeed = { ...need, ancestors, registry: details, denials: denied, memberships, network };
  if (!details.known || !need.grants.known || !principalId.known) return complete;

  const who = {
    principalId: principalId.value,
    managedIdentity: kind === "managedIdentity",
    grants: need.grants.value,
  };
  const placed = need.grants.value.every(({ scope }) => covers(scope, need.registryId, ancestors));
  if (placed && mayPull(complete, details.value, who).by.length > 0) return complete;
  const confirmed = await confirmedGrants(need.registryId, principalId.value, need.grants.value, reads);
  const above = withGroupsOf(ancestors, confirmed.known ? confirmed.value : []);
  return { ...complete, ancestors: above, grants: confirmed };
}

/** Whether the identity is in the few groups that deny assignments over this registry name. */
async function membershipsOf(
  { registryId, ancestors }: Pick<RegistryNeed, "registryId" | "ancestors">,
  denied: Collected<readonly Denial[]>,
  principalId: string,
  { membersOf }: PullerReads,
): Promise<readonly Membership[]> {
  if (!denied.known) return [];
  const groups = groupsThatMatter(denied.value, registryId, ancestors);
  const asked = await mapBounded(groups, 4, async (groupId) => ({ groupId, members: await membersOf(groupId) }));
  return asked.flatMap(({ groupId, members }) =>
    members.known ? [{ groupId, member: members.value.includes(principalId.toLowerCase()) }] : [],
  );
}

/** Before anybody is told that a grant is missing, or that one at a management group counts, Resource Manager is asked. */
async function confirmedGrants(
  resourceId: string,
  principalId: string,
  listed: readonly Grant[],
  { connection, roleOf }: PullerReads,
): Promise<Collected<readonly Grant[]>> {
  const assigned = await collect(assignedGrants, connection, { resourceId, principalId });
  if (!assigned.known) return assigned;
  const inHand = listed.flatMap(({ role: one }) => (one.known ? [[roleGuid(one.value.id), one] as const] : []));
  return known(await withRoles(assigned.value, roleOf, new Map(inHand)));
}

/** A need whose registry has no id that a finding could be about. */
function unresolvedNeed(text: string, learned: RegistryNeed["learned"]): RegistryNeed {
  const detail = `registry ${text} is not among those that this sweep can see`;
  const gap = missing({ fact: "registry", reason: "notFound", detail });
  return {
    registryId: "",
    registryName: text,
    learned,
    registry: gap,
    ancestors: [],
    grants: gap,
    unreadGroups: [],
    denials: gap,
    network: { settings: gap, virtualNetworkRules: gap, endpoints: gap, zones: gap, replicas: gap },
    bystanderGrants: [],
    others: [],
  };
}
