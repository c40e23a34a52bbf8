import type { Connection } from "../azure/connection.ts";
import { AzureError } from "../azure/error.ts";
import type { QueryScope } from "../azure/resource-graph.ts";
import { type ClusterInventory, clusters } from "../collect/clusters.ts";
import { collect } from "../collect/collector.ts";
import { type Directory, directory } from "../collect/directory.ts";
import { grants, type ListedGrant, roleGuid, withRole } from "../collect/grants.ts";
import { groupMembers } from "../collect/group-members.ts";
import { type RegistryInventory, registries } from "../collect/registries.ts";
import { customRoles, role, rolesOfSubscription } from "../collect/roles.ts";
import { type SubscriptionInventory, subscriptions } from "../collect/subscriptions.ts";
import { type Collected, known } from "../core/collected.ts";
import type { Grant, Role } from "../core/facts.ts";
import { type GrantIndex, hasPower, indexGrants } from "./grant-index.ts";
import { mapBounded } from "./map-bounded.ts";

/** What a sweep knows of the tenant before it looks at single registries. Read once per run. */
export interface Inventory {
  readonly subscriptions: SubscriptionInventory;
  readonly registries: Collected<RegistryInventory>;
  readonly clusters: Collected<ClusterInventory>;
  readonly grants: Collected<GrantIndex>;
  readonly directory: Collected<Directory>;
}

/** Throws an AzureError when not even the subscriptions can be listed; everything else becomes a gap. */
export async function takeInventory(connection: Connection, scope: QueryScope): Promise<Inventory> {
  const found = await subscriptions.read(connection, scope);
  const everything = collect(directory, connection, undefined);
  const listedRegistries = await collect(registries, connection, scope);
  const listedClusters = await collect(clusters, connection, scope);
  const listedGrants = await collect(grants, connection, scope);
  const indexed = listedGrants.known
    ? known(await resolveGrants(connection, scope, listedGrants.value, found))
    : listedGrants;
  return {
    subscriptions: found,
    registries: listedRegistries,
    clusters: listedClusters,
    grants: indexed,
    directory: await everything,
  };
}

async function resolveGrants(
  connection: Connection,
  scope: QueryScope,
  listed: readonly ListedGrant[],
  { subscriptions: [first] }: SubscriptionInventory,
): Promise<GrantIndex> {
  const ids = new Map(listed.map(({ roleDefinitionId }) => [roleGuid(roleDefinitionId), roleDefinitionId]));
  const roles = await readRoles(connection, scope, ids, first?.id);
  const resolved: readonly Grant[] = listed.map((grant) => withRole(grant, roles));

  const groups = new Set(
    resolved
      .filter(isGroup)
      .filter(hasPower)
      .map(({ principalId }) => principalId.toLowerCase()),
  );
  const members = await mapBounded(
    [...groups],
    4,
    async (group) => [group, await collect(groupMembers, connection, group)] as const,
  );
  return indexGrants(resolved, new Map(members));
}

/** Roles by the GUID at the end of their id: listed where that is cheap, the rest asked for one by one. */
async function readRoles(
  connection: Connection,
  scope: QueryScope,
  wanted: ReadonlyMap<string, string>,
  subscriptionId: string | undefined,
): Promise<ReadonlyMap<string, Collected<Role>>> {
  if (subscriptionId === undefined) return new Map();
  const [custom, builtIn] = await Promise.all([
    collect(customRoles, connection, scope),
    collect(rolesOfSubscription, connection, subscriptionId),
  ]);
  const listed = [custom, builtIn].flatMap((roles) => (roles.known ? roles.value : []));
  const roles = new Map(listed.map((one) => [roleGuid(one.id), known(one)] as [string, Collected<Role>]));
  const missing = [...wanted].filter(([guid]) => !roles.has(guid));
  const asked = await mapBounded(
    missing,
    4,
    async ([guid, id]) => [guid, await collect(role, connection, id)] as const,
  );
  for (const [guid, answer] of asked) roles.set(guid, answer);
  return roles;
}

function isGroup({ principalType }: Grant): boolean {
  return /group$/i.test(principalType); // `Group` and `ForeignGroup`
}

/** The scope of a sweep: named subscriptions, management groups, or all that the identity can read. */
export function scopeOf(settings: {
  readonly ACRAUDIT_SUBSCRIPTIONS?: readonly string[] | undefined;
  readonly ACRAUDIT_MANAGEMENT_GROUPS?: readonly string[] | undefined;
}): QueryScope {
  const { ACRAUDIT_SUBSCRIPTIONS: subscriptionIds, ACRAUDIT_MANAGEMENT_GROUPS: managementGroups } = settings;
  if (subscriptionIds?.length) return { subscriptions: subscriptionIds };
  return managementGroups?.length ? { managementGroups } : {};
}

/** Throws when there is nothing to look at: silence would read as "all is well". */
export function assertVisible({ subscriptions: found, registries: listed }: Inventory): void {
  if (found.subscriptions.length === 0) {
    const detail = found.gaps.map((gap) => gap.detail).join("; ");
    throw new AzureError(
      "forbidden",
      "sweep",
      `the identity can read no subscription${detail === "" ? "" : ` (${detail})`}. Give it the role of infra/ at a subscription or management group, or name another scope`,
    );
  }
  if (listed.known && listed.value.registries.length === 0 && listed.value.malformed.length === 0) {
    const names = found.subscriptions
      .slice(0, 3)
      .map(({ name }) => name)
      .join(", ");
    throw new AzureError(
      "notFound",
      "sweep",
      `no container registry is visible in ${found.subscriptions.length} subscription(s) (${names}). There is none, or the identity may not read Microsoft.ContainerRegistry/registries there`,
    );
  }
}
