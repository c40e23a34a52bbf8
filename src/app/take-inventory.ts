import type { Connection } from "../azure/connection.ts";
import { AzureError } from "../azure/error.ts";
import type { QueryScope } from "../azure/resource-graph.ts";
import { clusters } from "../collect/clusters.ts";
import { collect } from "../collect/collector.ts";
import { directory } from "../collect/directory.ts";
import { grants, roleGuid, withRole } from "../collect/grants.ts";
import { groupMembers } from "../collect/group-members.ts";
import { homeTenant } from "../collect/home-tenant.ts";
import { registries } from "../collect/registries.ts";
import { customRoles, role, rolesOfSubscription } from "../collect/roles.ts";
import { type SubscriptionInventory, subscriptions } from "../collect/subscriptions.ts";
import { type Collected, known } from "../core/collected.ts";
import { counted } from "../core/counted.ts";
import type { Grant, Role } from "../core/facts.ts";
import { type GrantIndex, hasPower, indexGrants } from "./grant-index.ts";
import { bareInventory, type Inventory, type TenantInventory } from "./inventory.ts";
import { mapBounded } from "./map-bounded.ts";
import { readNetworks } from "./network-inventory.ts";
import { remember } from "./remember.ts";
import { withRoles } from "./with-roles.ts";
import { readWorkloads } from "./workloads.ts";

/** Throws an AzureError when not even the subscriptions can be listed, or not whose they are; the rest becomes gaps. */
export async function takeInventory(connection: Connection, asked: QueryScope): Promise<TenantInventory> {
  const homeTenantId = await homeTenant.read(connection, undefined);
  const found = await subscriptions.read(connection, asked);
  if (found.subscriptions.length === 0) return { ...bareInventory([]), subscriptions: found, homeTenantId };
  const scope = asked.subscriptions ? { subscriptions: found.subscriptions.map(({ id }) => id) } : asked;
  const everything = collect(directory, connection, undefined);
  const listedRegistries = await collect(registries, connection, scope);
  const listedClusters = await collect(clusters, connection, scope);
  const indexed = await readGrants(connection, scope, found);
  const network = await readNetworks(connection);
  const workloads = await readWorkloads(connection, scope);
  return {
    homeTenantId,
    subscriptions: found,
    registries: listedRegistries,
    clusters: listedClusters,
    grants: indexed,
    directory: await everything,
    network,
    workloads,
  };
}

/** Of a tenant's grants, most say nothing about registries: those are dropped page by page, before they cost memory. */
async function readGrants(
  connection: Connection,
  scope: QueryScope,
  { subscriptions: [first] }: SubscriptionInventory,
): Promise<Collected<GrantIndex>> {
  const roles = await listRoles(connection, scope, first?.id);
  const listed = await collect(grants, connection, { scope, keep: (grant) => hasPower(withRole(grant, roles)) });
  if (!listed.known) return listed;

  const resolved = (await withRoles(listed.value, remember(role, connection), roles)).filter(hasPower);

  const groups = new Set(resolved.filter(isGroup).map(({ principalId }) => principalId.toLowerCase()));
  const members = await mapBounded(
    [...groups],
    4,
    async (group) => [group, await collect(groupMembers, connection, group)] as const,
  );
  return known(indexGrants(resolved, new Map(members)));
}

/** Roles that can be listed cheaply, by the GUID at the end of their id; any other is asked for by its id. */
async function listRoles(
  connection: Connection,
  scope: QueryScope,
  subscriptionId: string | undefined,
): Promise<ReadonlyMap<string, Collected<Role>>> {
  if (subscriptionId === undefined) return new Map();
  const [custom, builtIn] = await Promise.all([
    collect(customRoles, connection, scope),
    collect(rolesOfSubscription, connection, subscriptionId),
  ]);
  const listed = [custom, builtIn].flatMap((roles) => (roles.known ? roles.value : []));
  return new Map(listed.map((one) => [roleGuid(one.id), known(one)]));
}

function isGroup({ principalType }: Grant): boolean {
  return /group$/i.test(principalType); // `Group` and `ForeignGroup`
}

/** Throws when there is nothing to look at: silence would read as "all is well". */
export function assertVisible({ subscriptions: found, registries: listed }: Inventory): void {
  if (found.subscriptions.length === 0) {
    const detail = found.gaps.map((gap) => gap.detail).join("; ");
    throw new AzureError(
      "forbidden",
      "sweep",
      `the identity can read no subscription${detail === "" ? "" : ` (${detail})`}. Give it a role with the actions of docs/permissions.md at a subscription or management group, or name another scope`,
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
      `no container registry is visible in ${counted(found.subscriptions.length, "subscription")} (${names}). There is none, or the identity may not read Microsoft.ContainerRegistry/registries there`,
    );
  }
}
