import { type Collected, known, missing } from "../core/collected.ts";
import { groupsThatMatter } from "../core/denied.ts";
import type { Denial, Membership, RegistryNeed, Snapshot } from "../core/facts.ts";
import { mayPull } from "../core/pull-permission.ts";
import { parseResourceId } from "../core/resource-id.ts";
import { covers, withGroupsOf } from "../core/scope.ts";
import type { PullerEntry } from "../core/slice.ts";
import { confirmedGrants } from "./confirmed-grants.ts";
import { mapBounded } from "./map-bounded.ts";
import type { Asking } from "./networks-of.ts";
import type { PullerReads } from "./puller-reads.ts";

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

  const resolved = await mapBounded(entry.needs.value, 2, (need) =>
    completeNeed(need, { puller: puller.value, vantage }, reads),
  );
  const unresolved = entry.unresolved.map(({ text, learned }) => unresolvedNeed(text, learned));
  return { subject, facts: { puller, needs: known([...resolved, ...unresolved]), hasPullGrant, vantage } };
}

async function completeNeed(
  need: Omit<RegistryNeed, "registry" | "denials" | "memberships" | "network">,
  asking: Asking,
  reads: PullerReads,
): Promise<RegistryNeed> {
  const subscriptionId = parseResourceId(need.registryId)?.subscriptionId ?? "";
  const [details, denied] = await Promise.all([reads.detailsOf(need.registryId), reads.denialsOf(subscriptionId)]);
  const ancestors = withGroupsOf(need.ancestors, denied.known ? denied.value : []);
  const network = await reads.networkOf(need.registryId, details, asking);
  const identity = need.identity ?? asking.puller.identity;
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
