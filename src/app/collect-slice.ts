import type { Connection } from "../azure/connection.ts";
import { assignedGrants } from "../collect/assigned-grants.ts";
import { type Collector, collect } from "../collect/collector.ts";
import { denials } from "../collect/denials.ts";
import { federatedCredentials } from "../collect/federated-credentials.ts";
import { roleGuid, withRole } from "../collect/grants.ts";
import { groupMembers } from "../collect/group-members.ts";
import { registriesOfSubscription, registry } from "../collect/registry.ts";
import { repositoryToken } from "../collect/repository-token.ts";
import { role } from "../collect/roles.ts";
import { scopeMap } from "../collect/scope-map.ts";
import { subnet } from "../collect/subnet.ts";
import { virtualNetworkRules, virtualNetworkRulesOfSubscription } from "../collect/virtual-network-rules.ts";
import { zoneGroups } from "../collect/zone-groups.ts";
import { type Collected, type Gap, known, missing } from "../core/collected.ts";
import { credentialStanding } from "../core/credential-standing.ts";
import { groupsThatMatter } from "../core/denied.ts";
import type { Denial, Grant, Membership, Puller, Registry, RegistryNeed, Role, Snapshot } from "../core/facts.ts";
import type { AllowedSubnet } from "../core/network/allowed-subnet.ts";
import { recordNameOf, zoneNameOf } from "../core/network/host-names.ts";
import { isApproved, type RegistryNetwork } from "../core/network/registry-network.ts";
import { mayPull } from "../core/pull-permission.ts";
import { isRestricted } from "../core/reachability.ts";
import { parseResourceId, sameId } from "../core/resource-id.ts";
import type { PrincipalEntry, PrincipalSlice, PullerEntry, Slice, SubscriptionSlice } from "../core/slice.ts";
import type { TokenLogin } from "../core/token-login.ts";
import { mapBounded } from "./map-bounded.ts";
import { childEntries, readChildren } from "./registry-children.ts";
import { grantsOfRegistries } from "./registry-grants.ts";

const day = 86_400_000;

export interface SliceContext {
  readonly connection: Connection;
  readonly now: Date;
  /** Days before its end at which a credential is watched; federated credentials are asked for only then. */
  readonly watchDays: number;
}

export interface CollectedSlice {
  readonly snapshots: readonly Snapshot[];
  /** Lower-cased ids of workloads that are there and pull from no registry of Azure. */
  readonly idle: readonly string[];
  /** Why some subjects may be missing. */
  readonly gaps: readonly Gap[];
}

/** Reads from Azure what a slice still lacks: the facts of each of its subjects, and the subjects no inventory lists. */
export async function collectSlice(slice: Slice, context: SliceContext): Promise<CollectedSlice> {
  if (slice.kind === "subscription") return collectSubscription(slice, context);
  return { snapshots: await collectPrincipals(slice, context), idle: [], gaps: [] };
}

async function collectSubscription(slice: SubscriptionSlice, { connection }: SliceContext): Promise<CollectedSlice> {
  const details = await collect(registriesOfSubscription, connection, slice.id);
  const one = remember(registry, connection);
  const names = new Map(slice.registries.map(({ id, name }) => [id.toLowerCase(), { id, name }]));
  if (details.known) {
    for (const id of details.value.keys())
      if (!names.has(id)) names.set(id, { id, name: parseResourceId(id)?.name ?? id });
  }

  /** Listed in one call; one by one where only the list is forbidden, as for a role on a resource group. */
  const detailsOf = (id: string): Promise<Collected<Registry>> => {
    const listed = details.known ? details.value.get(id.toLowerCase()) : undefined;
    if (listed !== undefined) return Promise.resolve(listed);
    const own = parseResourceId(id)?.subscriptionId === slice.id;
    return own && !details.known && details.gap.reason !== "forbidden" ? Promise.resolve(details) : one(id);
  };
  const networkOf = networksOf(slice, connection);
  const subnetOf = remember(subnet, connection);
  const grantsOf = grantsOfRegistries(slice.grants);
  const looked = await mapBounded([...names.values()], 4, async ({ id, name }) => {
    const own = await detailsOf(id);
    const children = own.known ? await readChildren(connection, own.value) : undefined;
    const registrySnapshot: Snapshot<"registry"> = {
      subject: { kind: "registry", id, name, partition: slice.id },
      facts: {
        ...(await registryFacts(id, own, networkOf, subnetOf)),
        cacheRules: children?.cacheRules ?? (own as Collected<never>),
        endpointSubnets: slice.network.endpointSubnets,
        grants: grantsOf(id),
        armConsumers: slice.armConsumers.known
          ? known(slice.armConsumers.value[id.toLowerCase()] ?? [])
          : slice.armConsumers,
      },
    };
    return { registrySnapshot, own, workloads: children?.workloads ?? [], gaps: children?.gaps ?? [] };
  });
  const children = await childEntries(
    connection,
    looked.flatMap((one) => one.workloads),
    looked.flatMap(({ own, workloads }) => (own.known && workloads.length > 0 ? [own.value] : [])),
  );

  const denialsOf = remember(denials, connection);
  const roleOf = remember(role, connection);
  const membersOf = remember(groupMembers, connection);
  const tokenOf = tokenLogins(connection);
  const pullers = await mapBounded([...slice.pullers, ...children.entries], 4, (entry) =>
    pullerSnapshot(entry, slice.id, { connection, detailsOf, denialsOf, roleOf, membersOf, networkOf, tokenOf }),
  );
  return {
    snapshots: [...looked.map(({ registrySnapshot }) => registrySnapshot), ...pullers],
    idle: [...slice.idle, ...children.idle],
    gaps: looked.flatMap(({ gaps }) => gaps),
  };
}

/** One puller of a slice by itself; the registries that it needs are read one by one. */
export function collectPuller(
  slice: SubscriptionSlice,
  entry: PullerEntry,
  connection: Connection,
): Promise<Snapshot<"puller">> {
  return pullerSnapshot(entry, slice.id, {
    connection,
    detailsOf: remember(registry, connection),
    denialsOf: remember(denials, connection),
    roleOf: remember(role, connection),
    membersOf: remember(groupMembers, connection),
    networkOf: networksOf(slice, connection),
    tokenOf: tokenLogins(connection),
  });
}

async function registryFacts(
  id: string,
  details: Collected<Registry>,
  networkOf: NetworkOf,
  subnetOf: SubnetOf,
): Promise<Omit<Snapshot<"registry">["facts"], "grants" | "armConsumers" | "cacheRules" | "endpointSubnets">> {
  const { settings, ...network } = await networkOf(id, details);
  const allowed = await allowedSubnets(settings, network.virtualNetworkRules, subnetOf);
  return { registry: details, network: settings, ...network, allowedSubnets: allowed };
}

type SubnetOf = (id: string) => Promise<AllowedSubnet["subnet"]>;

/** One call for each subnet, so only where the rules decide who gets in. */
async function allowedSubnets(
  settings: RegistryNetwork["settings"],
  rules: RegistryNetwork["virtualNetworkRules"],
  subnetOf: SubnetOf,
): Promise<Collected<readonly AllowedSubnet[]>> {
  if (!settings.known) return settings;
  const { publicNetworkAccess, defaultAction } = settings.value;
  if (publicNetworkAccess.value === "Disabled" || defaultAction.value === "Allow") return known([]);
  if (!rules.known) return rules;
  const ids = new Map(rules.value.map((id) => [id.toLowerCase(), id]));
  return known(await mapBounded([...ids.values()], 4, async (id) => ({ id, subnet: await subnetOf(id) })));
}

type NetworkOf = (registryId: string, details: Collected<Registry>, puller?: Puller) => Promise<RegistryNetwork>;

const notAsked = missing({
  fact: "virtual-network-rules",
  reason: "notFound",
  detail: "not asked for, because public access is off",
});

/** What decides who reaches a registry: mostly from the inventory; virtual network rules are read where they matter. */
function networksOf({ id: subscriptionId, network }: SubscriptionSlice, connection: Connection): NetworkOf {
  const rulesOfSubscription = remember(virtualNetworkRulesOfSubscription, connection);
  const rulesOfOne = remember(virtualNetworkRules, connection);
  const rulesOf = async (id: string): Promise<Collected<readonly string[]>> => {
    if (parseResourceId(id)?.subscriptionId !== subscriptionId) return rulesOfOne(id);
    const listed = await rulesOfSubscription(subscriptionId);
    if (!listed.known) return listed.gap.reason === "forbidden" ? rulesOfOne(id) : listed;
    const rules = listed.value.get(id.toLowerCase());
    return rules === undefined ? rulesOfOne(id) : known(rules);
  };
  const { endpoints, zones, replicas } = network;
  const zonesOf = remember(zoneGroups, connection);
  const keptZones = async (details: Collected<Registry>): Promise<RegistryNetwork["keptZones"]> => {
    if (!details.known || !zones.known) return undefined;
    const { loginServer, network: settings } = details.value;
    if (!settings.known || !isRestricted(settings.value)) return undefined;
    const seen = zones.value.some(
      ({ name, records }) =>
        sameId(name, zoneNameOf(loginServer)) &&
        (!records.known || records.value.some((record) => sameId(record.name, recordNameOf(loginServer, loginServer)))),
    );
    const approved = settings.value.connections.filter(isApproved);
    if (seen || approved.length === 0) return undefined;
    const kept = await mapBounded(approved, 2, ({ endpointId }) => zonesOf(endpointId));
    return kept.find((one) => !one.known) ?? known(kept.flatMap((one) => (one.known ? one.value : [])));
  };
  return async (id, details, puller) => {
    const settings = details.known ? details.value.network : details;
    const rules = async (): Promise<Collected<readonly string[]>> => {
      if (!settings.known) return settings;
      const { publicNetworkAccess, defaultAction } = settings.value;
      if (defaultAction.value === "Allow") return known([]);
      // They let no cluster in while public access is off, and only a registry's own findings are about that.
      return puller?.kind === "aks" && publicNetworkAccess.value === "Disabled" ? notAsked : rulesOf(id);
    };
    const kept = puller && (await keptZones(details)); // asked of what pullers resolve alone
    return {
      settings,
      ...(kept && { keptZones: kept }),
      virtualNetworkRules: await rules(),
      endpoints: endpoints.known
        ? known(endpoints.value.filter(({ registryId }) => sameId(registryId, id)))
        : endpoints,
      zones,
      replicas: replicas.known ? known(replicas.value[id.toLowerCase()] ?? []) : replicas,
    };
  };
}

interface PullerReads {
  readonly connection: Connection;
  readonly detailsOf: (id: string) => Promise<Collected<Registry>>;
  readonly denialsOf: (subscriptionId: string) => Promise<Collected<readonly Denial[]>>;
  readonly roleOf: (id: string) => Promise<Collected<Role>>;
  readonly membersOf: (groupId: string) => Promise<Collected<readonly string[]>>;
  readonly networkOf: NetworkOf;
  readonly tokenOf: (registryId: string, name: string) => Promise<TokenLogin>;
}

async function pullerSnapshot(entry: PullerEntry, partition: string, reads: PullerReads): Promise<Snapshot<"puller">> {
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
  const network = await reads.networkOf(need.registryId, details, puller);
  const identity = need.identity ?? puller.identity;
  if (identity.kind === "repositoryToken" && details.known) {
    const token = await reads.tokenOf(need.registryId, identity.userName ?? "");
    return { ...need, identity: { ...identity, token }, registry: details, denials: denied, memberships: [], network };
  }
  const { principalId, kind } = identity;
  const memberships = principalId.known ? await membershipsOf(need, denied, principalId.value, reads) : [];
  const complete: RegistryNeed = { ...need, registry: details, denials: denied, memberships, network };
  if (!details.known || !need.grants.known || !principalId.known) return complete;

  const who = {
    principalId: principalId.value,
    managedIdentity: kind === "managedIdentity",
    grants: need.grants.value,
  };
  const { by } = mayPull(complete, details.value, who);
  return by.length > 0
    ? complete
    : { ...complete, grants: await confirmedGrants(need.registryId, principalId.value, need.grants.value, reads) };
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

/** Before anybody is told that a grant is missing, Resource Manager itself is asked. */
async function confirmedGrants(
  resourceId: string,
  principalId: string,
  listed: readonly Grant[],
  { connection, roleOf }: PullerReads,
): Promise<Collected<readonly Grant[]>> {
  const assigned = await collect(assignedGrants, connection, { resourceId, principalId });
  if (!assigned.known) return assigned;
  const roles = new Map<string, Collected<Role>>();
  for (const { role: one } of listed) if (one.known) roles.set(roleGuid(one.value.id), one);
  for (const { roleDefinitionId } of assigned.value) {
    const guid = roleGuid(roleDefinitionId);
    if (!roles.has(guid)) roles.set(guid, await roleOf(roleDefinitionId));
  }
  return known(assigned.value.map((grant) => withRole(grant, roles)));
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

async function collectPrincipals(slice: PrincipalSlice, context: SliceContext): Promise<readonly Snapshot[]> {
  return mapBounded(
    slice.principals,
    4,
    async (entry): Promise<Snapshot<"principal">> => ({
      subject: { kind: "principal", id: `/servicePrincipals/${entry.id}`, name: entry.name, partition: slice.id },
      facts: {
        principal: entry.principal,
        credentials: entry.credentials,
        federatedCredentials: await federated(entry, context),
        reach: entry.reach,
      },
    }),
  );
}

/** One call per application, so only where another way to log in would change the answer. */
async function federated(
  entry: PrincipalEntry,
  { connection, now, watchDays }: SliceContext,
): Promise<Collected<readonly string[]>> {
  const { credentials, applicationId } = entry;
  if (!credentials.known) return credentials;
  if (applicationId === undefined) return known([]); // a managed identity, or an application of another tenant
  const { coveredUntil } = credentialStanding(credentials.value, now);
  const lasting = coveredUntil !== undefined && coveredUntil.getTime() - now.getTime() > watchDays * day;
  return lasting ? known([]) : collect(federatedCredentials, connection, applicationId);
}

/** Two calls for each token that some workload logs in with: few do, and most of those share one. */
function tokenLogins(connection: Connection): PullerReads["tokenOf"] {
  const asked = new Map<string, Promise<TokenLogin>>();
  const read = async (registryId: string, name: string): Promise<TokenLogin> => {
    const token = await collect(repositoryToken, connection, { registryId, name });
    if (!token.known) return { token, scopeMap: token };
    const map = token.value === null ? undefined : await collect(scopeMap, connection, token.value.scopeMapId);
    const detail = `${registryId} has no token ${name}`;
    return { token, scopeMap: map ?? missing({ fact: "scope-map", reason: "notFound", detail }) };
  };
  return (registryId, name) => {
    const key = `${registryId}/tokens/${name}`.toLowerCase();
    const answer = asked.get(key) ?? read(registryId, name);
    asked.set(key, answer);
    return answer;
  };
}

/** Asks once for each input, however many callers want it. */
function remember<Output>(
  collector: Collector<string, Output>,
  connection: Connection,
): (input: string) => Promise<Collected<Output>> {
  const asked = new Map<string, Promise<Collected<Output>>>();
  return (input) => {
    const key = input.toLowerCase();
    const answer = asked.get(key) ?? collect(collector, connection, input);
    asked.set(key, answer);
    return answer;
  };
}
