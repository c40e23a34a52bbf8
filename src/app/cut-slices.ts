import type { ListedCluster } from "../collect/clusters.ts";
import type { ListedRegistry } from "../collect/registries.ts";
import type { Subscription } from "../collect/subscriptions.ts";
import { type Collected, type Gap, known, missing } from "../core/collected.ts";
import {
  type Grant,
  type Learned,
  type Puller,
  type PullIdentity,
  type Reach,
  type RegistryNeed,
  reachNamesLimit,
} from "../core/facts.ts";
import { parseResourceId } from "../core/resource-id.ts";
import { covers, scopeLevel } from "../core/scope.ts";
import type { PrincipalEntry, PrincipalSlice, PullerEntry, Slice, SubscriptionSlice } from "../core/slice.ts";
import { allCredentials } from "./all-credentials.ts";
import { areOfOneTenant } from "./are-of-one-tenant.ts";
import { canPullInSomeMode, type GrantIndex, powersOfGrant } from "./grant-index.ts";
import type { Inventory } from "./inventory.ts";
import { networkCutter } from "./network-of-slice.ts";
import { nodePoolsOf, oldPoolsOf } from "./node-pools.ts";
import { cutRegistryGrants } from "./registry-grants.ts";
import { servicePrincipalOf } from "./service-principal.ts";
import { vantageOfCluster } from "./vantage-of-cluster.ts";
import { armConsumersOf, workloadEntries } from "./workload-entries.ts";

export interface PullerSettings {
  /** Registries by cluster name or id, in lower case. */
  readonly clusterRegistries: Readonly<Record<string, readonly string[]>>;
  /** Scopes whose clusters have to pull from all their registries. */
  readonly expectedScopes: readonly string[];
}

/** Other clusters kept for contrast, per registry and mode. */
const othersLimit = 5;

/** Cuts what one sweep has to look at into slices: one per subscription, and one for the tenant's principals. */
export function cutSlices(inventory: Inventory, settings: PullerSettings): readonly Slice[] {
  const tenant = tenantOf(inventory);
  const clusters = pullerEntries(tenant, settings);
  const { entries: workloads, idle } = workloadEntries(inventory);
  const armConsumers = armConsumersOf([...clusters.values(), ...workloads.values()].flat());
  const { grants: index } = inventory;
  const cutGrants = index.known ? cutRegistryGrants(index.value) : undefined;
  const cutNetwork = networkCutter(inventory.network);
  const subscriptions = inventory.subscriptions.subscriptions.map((subscription): SubscriptionSlice => {
    const own = [...(clusters.get(subscription.id) ?? []), ...(workloads.get(subscription.id) ?? [])];
    const registries = tenant.registriesBySubscription.get(subscription.id) ?? [];
    return {
      kind: "subscription",
      id: subscription.id,
      tenantId: subscription.tenantId,
      name: subscription.name,
      registries,
      pullers: own,
      armConsumers: consumersIn(armConsumers, registries, inventory),
      idle: idle.get(subscription.id) ?? [],
      grants: cutGrants ? known(cutGrants(subscription.id, subscription.ancestors)) : (index as Collected<never>),
      network: cutNetwork({
        registries: registriesAtHand(tenant, subscription.id, own),
        vantages: own.map(({ vantage }) => vantage),
      }),
      grantRows: [],
      sees: seenBy(inventory),
      hidesNeeds: index.known && index.value.unreadGroups.some(isRegistryPull),
      gaps: [
        ...(inventory.registries.known ? [] : [inventory.registries.gap]),
        ...(inventory.clusters.known ? [] : [inventory.clusters.gap]),
        ...inventory.workloads.gaps,
      ],
    };
  });
  return [...subscriptions, principalSlice(tenant)];
}

function seenBy({ subscriptions: { whole, subscriptions } }: Inventory): SubscriptionSlice["sees"] {
  return whole ? "everything" : subscriptions.map(({ id }) => id);
}

function isRegistryPull(grant: Grant): boolean {
  return scopeLevel(grant.scope) === "resource" && canPullInSomeMode(grant);
}

/** A kind of workload that could not be listed, or a subscription that could not be read, may hold another consumer. */
function consumersIn(
  consumers: ReturnType<typeof armConsumersOf>,
  registries: SubscriptionSlice["registries"],
  { clusters, workloads: { gaps }, subscriptions }: Inventory,
): SubscriptionSlice["armConsumers"] {
  const [gap] = [...(clusters.known ? [] : [clusters.gap]), ...gaps, ...subscriptions.gaps];
  if (gap) return missing(gap);
  if (!consumers.known) return consumers;
  const named = registries.flatMap(({ id }) => {
    const own = consumers.value.get(id.toLowerCase());
    return own ? [[id.toLowerCase(), own] as const] : [];
  });
  return known(Object.fromEntries(named));
}

interface Tenant {
  readonly inventory: Inventory;
  readonly registries: readonly ListedRegistry[];
  /** With those whose row was malformed: their details may still be readable. */
  readonly registriesBySubscription: ReadonlyMap<string, SubscriptionSlice["registries"]>;
  readonly subscriptions: ReadonlyMap<string, Subscription>;
  readonly clusters: readonly ListedCluster[];
}

function tenantOf(inventory: Inventory): Tenant {
  const registries = inventory.registries.known ? inventory.registries.value.registries : [];
  return {
    inventory,
    registries,
    registriesBySubscription: registryNames(inventory),
    subscriptions: new Map(
      inventory.subscriptions.subscriptions.map((subscription) => [subscription.id, subscription]),
    ),
    clusters: inventory.clusters.known ? inventory.clusters.value.clusters : [],
  };
}

function registryNames({ registries }: Inventory): Tenant["registriesBySubscription"] {
  if (!registries.known) return new Map();
  const ids = [...registries.value.registries, ...registries.value.malformed].map(({ id }) => id);
  const named = ids.flatMap((id) => {
    const parts = parseResourceId(id);
    return parts ? [{ subscriptionId: parts.subscriptionId, id, name: parts.name }] : [];
  });
  const groups = Map.groupBy(named, ({ subscriptionId }) => subscriptionId);
  return new Map([...groups].map(([key, group]) => [key, group.map(({ id, name }) => ({ id, name }))]));
}

/** A subscription's own registries, and those elsewhere that its pullers need. */
function registriesAtHand(
  { registries }: Tenant,
  subscriptionId: string,
  pullers: readonly PullerEntry[],
): readonly ListedRegistry[] {
  const needed = new Set(
    pullers.flatMap(({ needs }) => (needs.known ? needs.value.map((need) => need.registryId) : [])),
  );
  return registries.filter((registry) => registry.subscriptionId === subscriptionId || needed.has(registry.id));
}

function ancestorsOf({ subscriptions }: Tenant, registry: ListedRegistry): readonly string[] {
  return subscriptions.get(registry.subscriptionId)?.ancestors ?? [];
}

function pullerEntries(tenant: Tenant, settings: PullerSettings): ReadonlyMap<string, readonly PullerEntry[]> {
  const registryByName = new Map(
    tenant.registries.flatMap((registry) =>
      [registry.id, registry.name, registry.loginServer].map((name) => [name.toLowerCase(), registry] as const),
    ),
  );
  const pullers = tenant.clusters.map((cluster) => ({ cluster, puller: pullerOf(tenant, cluster) }));
  const index = tenant.inventory.grants;
  const orphans = orphanedGrants(tenant.inventory);
  const contrast = index.known ? contrastOf(tenant, index.value, pullers) : () => [];

  const entries = pullers.map(({ cluster, puller }): [string, PullerEntry] => {
    const { needed, unresolved } = neededRegistries(tenant, settings, cluster, puller, registryByName);
    const principalId = puller.known ? puller.value.identity.principalId : puller;
    const needs = [...needed.values()].map(({ registry, learned }) => {
      const ancestors = ancestorsOf(tenant, registry);
      const inScope = (grant: Grant) => covers(grant.scope, registry.id, ancestors);
      const grants: Collected<readonly Grant[]> = !index.known
        ? index
        : principalId.known
          ? known(index.value.of(principalId.value).filter(inScope))
          : principalId;
      const bystanders = puller.known ? puller.value.bystanders : [];
      return {
        registryId: registry.id,
        registryName: registry.name,
        learned: [...learned],
        ...tenantsOf(tenant, cluster, registry),
        ancestors,
        grants,
        unreadGroups: index.known ? index.value.unreadGroups.filter(inScope) : [],
        bystanderGrants: index.known
          ? bystanders.flatMap(({ principalId: id }) =>
              index.value
                .of(id)
                .filter(inScope)
                .map((grant) => ({ ...grant, principalId: id })),
            )
          : [],
        ...(puller.known &&
          puller.value.identity.kind === "servicePrincipal" && {
            orphanedGrants: orphans.get(registry.id.toLowerCase()) ?? [],
          }),
        others: contrast(registry, cluster),
      };
    });
    return [
      cluster.subscriptionId,
      {
        id: cluster.id,
        name: cluster.name,
        puller,
        needs: needsAreWhole(tenant, cluster, puller) ?? known(needs),
        unresolved,
        hasPullGrant: pullGrantAnywhere(tenant, principalId),
        vantage: known(vantageOfCluster(cluster, tenant.inventory.network)),
      },
    ];
  });
  const broken = tenant.inventory.clusters.known ? tenant.inventory.clusters.value.malformed.map(brokenPuller) : [];
  return new Map(
    [...Map.groupBy([...entries, ...broken], ([subscriptionId]) => subscriptionId)].map(([id, group]) => [
      id,
      group.map(([, entry]) => entry),
    ]),
  );
}

/** Grants that let a service principal pull which the directory does not have any more, by the registry they are on. */
function orphanedGrants({ grants, directory, subscriptions }: Inventory): ReadonlyMap<string, readonly Grant[]> {
  if (!grants.known || !directory.known || !areOfOneTenant(subscriptions.subscriptions)) return new Map();
  const { servicePrincipals } = directory.value;
  const orphaned = grants.value.all.filter(
    (grant) =>
      grant.principalType.toLowerCase() === "serviceprincipal" &&
      isRegistryPull(grant) &&
      !servicePrincipals.has(grant.principalId.toLowerCase()),
  );
  return Map.groupBy(orphaned, ({ scope }) => scope.toLowerCase());
}

/** A managed identity is of its subscription's tenant; a service principal can be of several. */
function tenantsOf({ subscriptions }: Tenant, cluster: ListedCluster, registry: ListedRegistry) {
  const principal = subscriptions.get(cluster.subscriptionId)?.tenantId;
  const home = subscriptions.get(registry.subscriptionId)?.tenantId;
  if (!cluster.kubelet || principal === undefined || home === undefined) return {};
  return { tenants: { principal, registry: home } };
}

/**
 * The gap that could hide a need, if there is one: with it no need may be taken for gone.
 * Needs are learned from the grants of the pulling identity, so it has to be known. A group's members matter where the
 * group was granted a registry itself, from which a need is learned.
 */
function needsAreWhole({ inventory }: Tenant, cluster: ListedCluster, puller: Collected<Puller>) {
  if (!inventory.registries.known) return inventory.registries;
  if (!inventory.grants.known) return inventory.grants;
  if (!puller.known) return puller;
  const { principalId, fault } = puller.value.identity;
  if (!principalId.known) return fault === "deleted" ? undefined : principalId; // nobody's grants teach nothing
  const { unreadGroups, gaps } = inventory.grants.value;
  const hiding = unreadGroups.some(isRegistryPull);
  const [gap] = gaps;
  return hiding && gap && cluster.declared.length === 0 ? missing(gap) : undefined;
}

/** A cluster whose row cannot be read is judged `unknown`, not left out. */
function brokenPuller({ id, detail }: { readonly id: string; readonly detail: string }): [string, PullerEntry] {
  const gap = missing({ fact: "puller", reason: "malformed", detail: `${id}: ${detail}` });
  const parts = parseResourceId(id);
  const entry = {
    id,
    name: parts?.name ?? id,
    puller: gap,
    needs: gap,
    unresolved: [],
    hasPullGrant: gap,
    vantage: gap,
  };
  return [parts?.subscriptionId ?? "", entry];
}

function pullerOf({ inventory }: Tenant, cluster: ListedCluster): Collected<Puller> {
  const identity = identityOf(inventory, cluster);
  if (!identity.known) return identity;
  return known({
    kind: "aks",
    id: cluster.id,
    name: cluster.name,
    subscriptionId: cluster.subscriptionId,
    identity: identity.value,
    declaresNone: cluster.declared.length > 0 && cluster.declared.every((name) => name.toLowerCase() === "none"),
    bystanders: cluster.controlPlaneIds.map((principalId) => ({ role: "controlPlane", principalId }) as const),
    nodePools: nodePoolsOf(cluster, inventory.workloads.nodePools),
    armTokenPools: oldPoolsOf(cluster),
  });
}

/**
 * A cluster with managed identities says `msi` for the client id of its service principal and pulls with the kubelet
 * identity; any other pulls with that service principal (acr-auth-facts.md §4).
 */
function identityOf({ directory, subscriptions }: Inventory, cluster: ListedCluster): Collected<PullIdentity> {
  if (cluster.kubelet) {
    const { clientId, objectId } = cluster.kubelet;
    const resourceId = cluster.kubelet.resourceId;
    return known({
      ...{ kind: "managedIdentity", clientId, principalId: known(objectId) },
      ...(resourceId !== undefined && { resourceId }),
    });
  }
  const clientId = cluster.servicePrincipalClientId;
  if (clientId === "" || clientId.toLowerCase() === "msi") {
    return missing({
      fact: "puller",
      reason: "malformed",
      detail: `${cluster.id} does not say its kubelet identity; it may still be creating`,
    });
  }
  return known(servicePrincipalOf(directory, clientId, subscriptions.subscriptions));
}

interface Needed {
  readonly registry: ListedRegistry;
  readonly learned: Set<Learned>;
}

/** Declared, visible in ARM, or seen from grants that were made for this cluster (design.md §4). */
function neededRegistries(
  tenant: Tenant,
  settings: PullerSettings,
  cluster: ListedCluster,
  puller: Collected<Puller>,
  registryByName: ReadonlyMap<string, ListedRegistry>,
): { needed: ReadonlyMap<string, Needed>; unresolved: PullerEntry["unresolved"] } {
  const needed = new Map<string, Needed>();
  const unresolved: { text: string; learned: Learned[] }[] = [];
  const add = (registry: ListedRegistry, source: Learned) => {
    const key = registry.id.toLowerCase();
    const entry = needed.get(key) ?? { registry, learned: new Set() };
    entry.learned.add(source);
    needed.set(key, entry);
  };
  const name = (text: string, source: Learned) => {
    const registry = registryByName.get(text.toLowerCase());
    if (registry) add(registry, source);
    else unresolved.push({ text, learned: [source] });
  };

  for (const text of cluster.declared) if (text.toLowerCase() !== "none") name(text, "tag");
  const { clusterRegistries, expectedScopes } = settings;
  // a cluster may be called "constructor"
  for (const key of [cluster.id, cluster.name].map((text) => text.toLowerCase()))
    for (const text of Object.hasOwn(clusterRegistries, key) ? (clusterRegistries[key] ?? []) : [])
      name(text, "setting");
  if (cluster.bootstrapRegistryId !== undefined) name(cluster.bootstrapRegistryId, "bootstrapProfile");
  for (const scope of expectedScopes.filter((one) => covers(one, cluster.id, []))) {
    for (const registry of tenant.registries) if (covers(scope, registry.id, [])) add(registry, "expected");
  }
  const index = tenant.inventory.grants;
  if (index.known && puller.known) {
    const { identity, bystanders } = puller.value;
    const ids = [
      ...(identity.principalId.known ? [identity.principalId.value] : []),
      ...bystanders.map((one) => one.principalId),
    ];
    for (const grant of ids.flatMap((id) => index.value.of(id))) {
      const registry =
        scopeLevel(grant.scope) === "resource" ? registryByName.get(grant.scope.toLowerCase()) : undefined;
      if (registry && canPullInSomeMode(grant)) add(registry, "grant");
    }
  }
  return { needed, unresolved };
}

/** For a registry, some other clusters with grants to pull from it. */
function contrastOf(
  tenant: Tenant,
  index: GrantIndex,
  pullers: readonly { readonly cluster: ListedCluster; readonly puller: Collected<Puller> }[],
) {
  const capable = pullers.flatMap(({ cluster, puller }) => {
    if (!puller.known || !puller.value.identity.principalId.known) return [];
    const grants = index.of(puller.value.identity.principalId.value).filter(canPullInSomeMode);
    return grants.length > 0 ? [{ cluster, grants }] : [];
  });
  const cache = new Map<string, { cluster: ListedCluster; grants: readonly Grant[] }[]>();
  return (registry: ListedRegistry, self: ListedCluster): RegistryNeed["others"] => {
    let others = cache.get(registry.id);
    if (!others) {
      const ancestors = ancestorsOf(tenant, registry);
      const all = capable.map(({ cluster, grants }) => ({
        cluster,
        grants: grants.filter(({ scope }) => covers(scope, registry.id, ancestors)),
      }));
      const able = (mode: "legacy" | "abac") =>
        all.filter(({ grants }) => grants.some((grant) => powersOfGrant(grant)?.pull[mode])).slice(0, othersLimit + 1);
      others = [...new Set([...able("legacy"), ...able("abac")])];
      cache.set(registry.id, others);
    }
    return others
      .filter(({ cluster }) => cluster !== self)
      .map(({ cluster, grants }) => ({ name: cluster.name, grants }));
  };
}

function pullGrantAnywhere(tenant: Tenant, principalId: Collected<string>): Collected<boolean> {
  const index = tenant.inventory.grants;
  if (!index.known) return index;
  if (!principalId.known) return principalId;
  const reaches = (grant: Grant) =>
    tenant.registries.some((registry) => covers(grant.scope, registry.id, ancestorsOf(tenant, registry)));
  if (index.value.of(principalId.value).some((grant) => canPullInSomeMode(grant) && reaches(grant))) return known(true);
  const [gap] = index.value.unreadGroups.some((grant) => canPullInSomeMode(grant) && reaches(grant))
    ? index.value.gaps
    : [];
  return gap ? missing(gap) : known(false);
}

function principalSlice(tenant: Tenant): PrincipalSlice {
  const { grants: index, directory } = tenant.inventory;
  const gaps: Gap[] = [...(index.known ? index.value.gaps : [index.gap]), ...(directory.known ? [] : [directory.gap])];
  const tenantId = tenant.inventory.subscriptions.subscriptions[0]?.tenantId ?? "";
  const shared = {
    kind: "principals",
    id: "principals",
    tenantId,
    name: "Service principals",
    sees: seenBy(tenant.inventory),
    subscriptions: [...tenant.subscriptions.keys()],
    gaps,
  } as const;
  if (!index.known) return { ...shared, principals: [], complete: false };

  const reachOf = createReach(tenant);
  const principals = index.value.holders.flatMap((id): PrincipalEntry[] => {
    const reach = reachOf(index.value.of(id));
    return reach.known && reach.value.registries === 0 ? [] : [principalEntry(tenant, id, reach)];
  });
  return {
    ...shared,
    principals,
    complete: seesEverything(tenant.inventory, index.value),
  };
}

/** Whether a principal that is not listed reaches no registry for certain. */
function seesEverything({ directory, registries, subscriptions }: Inventory, { gaps }: GrantIndex): boolean {
  const listed = registries.known && registries.value.malformed.length === 0;
  return directory.known && listed && subscriptions.gaps.length === 0 && gaps.length === 0;
}

function principalEntry({ inventory: { directory } }: Tenant, id: string, reach: Collected<Reach>): PrincipalEntry {
  const entry = { id, reach };
  if (!directory.known) return { ...entry, name: id, principal: directory, credentials: directory };

  const found = directory.value.servicePrincipals.get(id);
  if (!found) return { ...entry, name: id, principal: known(null), credentials: known([]) };
  const { principal } = found;
  const application = directory.value.applications.get(principal.appId.toLowerCase());
  return {
    ...entry,
    name: principal.displayName,
    principal: known(principal),
    credentials: allCredentials(found, application?.credentials),
    ...(application && { applicationId: application.id }),
  };
}

/** Counts the registries that grants reach; a registry counts once however many grants cover it. */
function createReach(tenant: Tenant): (grants: readonly Grant[]) => Collected<Reach> {
  const { registries } = tenant;
  const positions = registries.map((registry, position) => ({
    registry,
    position,
    ancestors: ancestorsOf(tenant, registry),
  }));
  const bySubscription = Map.groupBy(positions, ({ registry }) => registry.subscriptionId);
  const byScope = new Map<string, readonly number[]>();
  const under = (scope: string): readonly number[] => {
    const key = scope.toLowerCase();
    let found = byScope.get(key);
    if (!found) {
      const subscriptionId = /^\/subscriptions\/([^/]+)/.exec(key)?.[1];
      const candidates = subscriptionId === undefined ? positions : (bySubscription.get(subscriptionId) ?? []);
      found = candidates
        .filter(({ registry, ancestors }) => covers(scope, registry.id, ancestors))
        .map(({ position }) => position);
      byScope.set(key, found);
    }
    return found;
  };
  return (grants) => {
    const sets = { pull: new Set<number>(), push: new Set<number>(), manage: new Set<number>() };
    for (const grant of grants) {
      const powers = powersOfGrant(grant);
      if (!grant.role.known && under(grant.scope).length > 0) return grant.role;
      if (!powers) continue;
      for (const position of under(grant.scope)) {
        const mode = registries[position]?.roleAssignmentMode;
        const either = (power: { legacy: boolean; abac: boolean }) =>
          mode === undefined
            ? power.legacy || power.abac
            : mode === "LegacyRegistryPermissions"
              ? power.legacy
              : power.abac;
        if (either(powers.pull)) sets.pull.add(position);
        if (either(powers.push)) sets.push.add(position);
        if (powers.manage) sets.manage.add(position);
      }
    }
    const all = new Set([...sets.pull, ...sets.push, ...sets.manage]);
    const names = [...all].slice(0, reachNamesLimit).map((position) => registries[position]?.name ?? "");
    const subscriptions = [...new Set([...all].map((position) => registries[position]?.subscriptionId ?? ""))];
    return known({
      pull: sets.pull.size,
      push: sets.push.size,
      manage: sets.manage.size,
      registries: all.size,
      names,
      subscriptions: subscriptions.slice(0, reachNamesLimit),
    });
  };
}
