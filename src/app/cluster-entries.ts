import type { ListedCluster } from "../collect/clusters.ts";
import type { ListedRegistry } from "../collect/registries.ts";
import type { Subscription } from "../collect/subscriptions.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import type { Grant, Learned, Puller, PullIdentity, RegistryNeed } from "../core/facts.ts";
import { idKey, parseResourceId } from "../core/resource-id.ts";
import { covers, scopeLevel } from "../core/scope.ts";
import type { PullerEntry } from "../core/slice.ts";
import { areOfHomeTenant } from "./are-of-home-tenant.ts";
import { canPullInSomeMode, type GrantIndex, isRegistryPull, powersOfGrant } from "./grant-index.ts";
import { grantsForNeed } from "./grants-for-need.ts";
import type { Inventory } from "./inventory.ts";
import { nodePoolsOf, oldPoolsOf, undatedNodesOf, unseenPoolsOf } from "./node-pools.ts";
import { servicePrincipalOf } from "./service-principal.ts";
import { acrossTenants, tenantsOf } from "./tenants-of.ts";
import { unsaidGroups } from "./unsaid-groups.ts";
import { vantageOfCluster } from "./vantage-of-cluster.ts";
import type { Need } from "./workload-entries.ts";

export interface PullerSettings {
  /** Registries by cluster name or id, in lower case. */
  readonly clusterRegistries: Readonly<Record<string, readonly string[]>>;
  /** Scopes whose clusters have to pull from all their registries. */
  readonly expectedScopes: readonly string[];
}

/** Other clusters kept for contrast, per registry and mode. */
const othersLimit = 5;

/** Clusters as subjects of a sweep, by the id of their subscription. */
export function clusterEntries(
  inventory: Inventory,
  settings: PullerSettings,
): ReadonlyMap<string, readonly PullerEntry[]> {
  const tenant = tenantOf(inventory);
  const registryByName = new Map(
    tenant.registries.flatMap((registry) =>
      [registry.id, registry.name, registry.loginServer].map((name) => [idKey(name), registry] as const),
    ),
  );
  const pullers = listedIn(inventory).map((cluster) => ({ cluster, puller: pullerOf(tenant, cluster) }));
  const index = inventory.grants;
  const orphans = orphanedGrants(inventory);
  const contrast = index.known ? contrastOf(tenant, index.value, pullers) : () => [];

  const entries = pullers.map(({ cluster, puller }): [string, PullerEntry] => {
    const { needed, unresolved } = neededRegistries(tenant, settings, cluster, puller, registryByName);
    const needs = [...needed.values()].map((one) => ({
      ...needOf(tenant, puller, one),
      ...(puller.identity.kind === "servicePrincipal" && {
        orphanedGrants: orphans.get(one.registry.id.toLowerCase()) ?? [],
      }),
      others: contrast(one.registry, cluster),
    }));
    return [
      cluster.subscriptionId,
      {
        id: cluster.id,
        name: cluster.name,
        puller: known(puller),
        needs: needsAreWhole(tenant, cluster, puller) ?? known(needs),
        unresolved,
        hasPullGrant: pullGrantAnywhere(tenant, puller.identity),
        vantage: known(vantageOfCluster(cluster, inventory.network)),
      },
    ];
  });
  const broken = inventory.clusters.known ? inventory.clusters.value.malformed.flatMap(brokenPuller) : [];
  return new Map(
    [...Map.groupBy([...entries, ...broken], ([subscriptionId]) => subscriptionId)].map(([id, group]) => [
      id,
      group.map(([, entry]) => entry),
    ]),
  );
}

interface Tenant {
  readonly inventory: Inventory;
  readonly registries: readonly ListedRegistry[];
  readonly subscriptions: ReadonlyMap<string, Subscription>;
}

function tenantOf(inventory: Inventory): Tenant {
  return {
    inventory,
    registries: inventory.registries.known ? inventory.registries.value.registries : [],
    subscriptions: new Map(inventory.subscriptions.subscriptions.map((one) => [one.id, one])),
  };
}

function listedIn({ clusters }: Inventory): readonly ListedCluster[] {
  return clusters.known ? clusters.value.clusters : [];
}

/** Management groups above a registry; undefined where Resource Graph does not say them. */
function ancestorsOf({ subscriptions }: Tenant, { subscriptionId }: ListedRegistry): readonly string[] | undefined {
  return subscriptions.get(subscriptionId)?.ancestors;
}

/** Grants that let a service principal pull which the directory does not have any more, by the registry they are on. */
function orphanedGrants({
  grants,
  directory,
  subscriptions,
  homeTenantId,
}: Inventory): ReadonlyMap<string, readonly Grant[]> {
  if (!grants.known || !directory.known || !areOfHomeTenant(subscriptions.subscriptions, homeTenantId))
    return new Map();
  const { servicePrincipals } = directory.value;
  const orphaned = grants.value.all.filter(
    (grant) =>
      grant.principalType.toLowerCase() === "serviceprincipal" &&
      isRegistryPull(grant) &&
      !servicePrincipals.has(grant.principalId.toLowerCase()),
  );
  return Map.groupBy(orphaned, ({ scope }) => scope.toLowerCase());
}

/**
 * The gap that could hide a need, if there is one: with it no need may be taken for gone.
 * Needs are learned from the grants of the pulling identity, so it has to be known. A group's members matter where the
 * group was granted a registry itself, from which a need is learned.
 */
function needsAreWhole({ inventory }: Tenant, cluster: ListedCluster, { identity }: Puller) {
  if (!inventory.registries.known) return inventory.registries;
  if (!inventory.grants.known) return inventory.grants;
  const { principalId, fault } = identity;
  if (!principalId.known) return fault === "deleted" ? undefined : principalId; // nobody's grants teach nothing
  const { unreadGroups, gaps } = inventory.grants.value;
  const hiding = unreadGroups.some(isRegistryPull);
  const [gap] = gaps;
  return hiding && gap && cluster.declared.length === 0 ? missing(gap) : undefined;
}

/** A cluster whose row cannot be read is judged `unknown`, not left out. One without a place is a gap of all slices. */
function brokenPuller({ id, detail }: { readonly id: string; readonly detail: string }): [string, PullerEntry][] {
  const place = parseResourceId(id);
  if (!place) return [];
  const gap = missing({ fact: "puller", reason: "malformed", detail: `${id}: ${detail}` });
  const entry = {
    id,
    name: place.name,
    puller: gap,
    needs: gap,
    unresolved: [],
    hasPullGrant: gap,
    vantage: gap,
  };
  return [[place.subscriptionId, entry]];
}

function pullerOf({ inventory }: Tenant, cluster: ListedCluster): Puller {
  const nodePools = nodePoolsOf(cluster, inventory.workloads.nodePools);
  return {
    kind: "aks",
    id: cluster.id,
    name: cluster.name,
    subscriptionId: cluster.subscriptionId,
    identity: identityOf(inventory, cluster),
    declaresNone: cluster.declared.length > 0 && cluster.declared.every((name) => name.toLowerCase() === "none"),
    bystanders: cluster.controlPlaneIds.map((principalId) => ({ principalId })),
    nodePools,
    unseenPools: unseenPoolsOf(cluster, nodePools),
    armTokenPools: oldPoolsOf(cluster),
    ...undatedNodesOf(cluster),
  };
}

/**
 * A cluster with managed identities says `msi` for the client id of its service principal and pulls with the kubelet
 * identity; any other pulls with that service principal.
 * https://learn.microsoft.com/azure/aks/use-managed-identity
 */
function identityOf(inventory: Inventory, cluster: ListedCluster): PullIdentity {
  if (cluster.kubelet) {
    const { clientId, objectId } = cluster.kubelet;
    const resourceId = cluster.kubelet.resourceId;
    return {
      ...{ kind: "managedIdentity", clientId, principalId: known(objectId) },
      ...(resourceId !== undefined && { resourceId }),
    };
  }
  const clientId = cluster.servicePrincipalClientId;
  if (clientId === "" || clientId.toLowerCase() === "msi") {
    const detail = `${cluster.id} does not say its kubelet identity; it may still be creating`;
    const principalId = missing({ fact: "puller", reason: "malformed", detail });
    return { kind: "managedIdentity", clientId: "", principalId };
  }
  return servicePrincipalOf(inventory, clientId);
}

interface Needed {
  readonly registry: ListedRegistry;
  readonly learned: Set<Learned>;
}

/** Declared, visible in ARM, or seen from grants that were made for this cluster. */
function neededRegistries(
  tenant: Tenant,
  settings: PullerSettings,
  cluster: ListedCluster,
  { identity, bystanders }: Puller,
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
    const registry = registryByName.get(idKey(text));
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
  if (index.known) {
    const ids = [
      ...(identity.principalId.known ? [identity.principalId.value] : []),
      ...bystanders.map((one) => one.principalId),
    ];
    for (const grant of ids.flatMap((id) => index.value.of(id))) {
      const registry = scopeLevel(grant.scope) === "resource" ? registryByName.get(idKey(grant.scope)) : undefined;
      if (registry && canPullInSomeMode(grant)) add(registry, "grant");
    }
  }
  return { needed, unresolved };
}

/** What the cluster needs of one registry, but for other clusters. */
function needOf(
  tenant: Tenant,
  { identity: own, subscriptionId, bystanders }: Puller,
  { registry, learned }: Needed,
): Omit<Need, "others"> {
  const home = tenant.subscriptions.get(registry.subscriptionId)?.tenantId;
  const identity = acrossTenants(own, home);
  const { principalId } = identity;
  const ancestors = ancestorsOf(tenant, registry);
  return {
    registryId: registry.id,
    registryName: registry.name,
    learned: [...learned],
    ...(identity !== own && { identity }),
    ...tenantsOf(identity, { puller: tenant.subscriptions.get(subscriptionId)?.tenantId, registry: home }),
    ancestors: ancestors ?? [],
    ...grantsForNeed(tenant.inventory.grants, { registryId: registry.id, ancestors, principalId, bystanders }),
  };
}

/** For a registry, some other clusters with grants to pull from it. */
function contrastOf(
  tenant: Tenant,
  index: GrantIndex,
  pullers: readonly { readonly cluster: ListedCluster; readonly puller: Puller }[],
) {
  const capable = pullers.flatMap(({ cluster, puller: { identity } }) => {
    if (!identity.principalId.known) return [];
    const grants = index.of(identity.principalId.value).filter(canPullInSomeMode);
    return grants.length > 0 ? [{ cluster, grants }] : [];
  });
  const cache = new Map<string, { cluster: ListedCluster; grants: readonly Grant[] }[]>();
  return (registry: ListedRegistry, self: ListedCluster): RegistryNeed["others"] => {
    let others = cache.get(registry.id);
    if (!others) {
      const ancestors = ancestorsOf(tenant, registry) ?? [];
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

function pullGrantAnywhere(tenant: Tenant, { principalId }: PullIdentity): Collected<boolean> {
  const index = tenant.inventory.grants;
  if (!index.known) return index;
  if (!principalId.known) return principalId;
  const reaches = (grant: Grant) =>
    tenant.registries.some((registry) => covers(grant.scope, registry.id, ancestorsOf(tenant, registry) ?? []));
  const own = index.value.of(principalId.value).filter(mayPull);
  if (own.some((grant) => canPullInSomeMode(grant) && reaches(grant))) return known(true);
  const [unread] = own.flatMap((grant) => (!grant.role.known && reaches(grant) ? [grant.role] : []));
  if (unread) return unread;
  const ofGroups = index.value.unreadGroups.filter(mayPull);
  const [gap] = ofGroups.some(reaches) ? index.value.gaps : [];
  if (gap) return missing(gap);
  const isWide = [...own, ...ofGroups].some(({ scope }) => scopeLevel(scope) === "managementGroup");
  const unplaced = tenant.registries.find((registry) => ancestorsOf(tenant, registry) === undefined);
  return isWide && unplaced ? missing(unsaidGroups(unplaced.subscriptionId)) : known(false);
}

/** A role that could not be read may let somebody pull. */
function mayPull(grant: Grant): boolean {
  return !grant.role.known || canPullInSomeMode(grant);
}
