import type { ListedRegistry } from "../collect/registries.ts";
import type { Collected, Gap } from "../core/collected.ts";
import { parseResourceId } from "../core/resource-id.ts";
import type { PullerEntry, Slice, SubscriptionSlice } from "../core/slice.ts";
import { armConsumersOf, consumersIn } from "./arm-consumers.ts";
import { clusterEntries, type PullerSettings } from "./cluster-entries.ts";
import { isRegistryPull } from "./grant-index.ts";
import type { Inventory, TenantInventory } from "./inventory.ts";
import { networkCutter } from "./network-of-slice.ts";
import { principalSlice } from "./principal-slice.ts";
import { cutRegistryGrants } from "./registry-grants.ts";
import { seenBy } from "./seen-by.ts";
import { workloadEntries } from "./workload-entries.ts";

/** Cuts what one sweep has to look at into slices: one per subscription, and one for the tenant's principals. */
export function cutSlices(inventory: TenantInventory, settings: PullerSettings): readonly Slice[] {
  return [...cutSubscriptions(inventory, settings), principalSlice(inventory)];
}

/** The slices of subscriptions alone. */
export function cutSubscriptions(inventory: Inventory, settings: PullerSettings): readonly SubscriptionSlice[] {
  const registriesBySubscription = registryNames(inventory);
  const lost = rowsWithoutPlace(inventory);
  const clusters = clusterEntries(inventory, settings);
  const { entries: workloads, idle } = workloadEntries(inventory);
  const armConsumers = armConsumersOf(inventory, [...clusters.values(), ...workloads.values()].flat(), lost);
  const { grants: index } = inventory;
  const cutGrants = index.known ? cutRegistryGrants(index.value) : undefined;
  const cutNetwork = networkCutter(inventory.network);
  return inventory.subscriptions.subscriptions.map((subscription): SubscriptionSlice => {
    const own = [...(clusters.get(subscription.id) ?? []), ...(workloads.get(subscription.id) ?? [])];
    const registries = registriesBySubscription.get(subscription.id) ?? [];
    return {
      kind: "subscription",
      id: subscription.id,
      tenantId: subscription.tenantId,
      name: subscription.name,
      registries,
      pullers: own,
      armConsumers: consumersIn(armConsumers, registries),
      idle: idle.get(subscription.id) ?? [],
      grants: cutGrants ? cutGrants(subscription.id, subscription.ancestors) : (index as Collected<never>),
      network: cutNetwork({
        registries: registriesAtHand(inventory, subscription.id, own),
        vantages: own.map(({ vantage }) => vantage),
      }),
      grantRows: [],
      sees: seenBy(inventory),
      hidesNeeds: index.known && index.value.unreadGroups.some(isRegistryPull),
      gaps: [
        ...(inventory.registries.known ? [] : [inventory.registries.gap]),
        ...(inventory.clusters.known ? [] : [inventory.clusters.gap]),
        ...inventory.workloads.gaps,
        ...lost,
      ],
    };
  });
}

/** Rows that are malformed down to their id may be of any subscription. */
function rowsWithoutPlace({ registries, clusters, workloads }: Inventory): readonly Gap[] {
  const lists = {
    registries: registries.known ? registries.value.malformed : [],
    clusters: clusters.known ? clusters.value.malformed : [],
    workloads: workloads.malformed,
  };
  return Object.entries(lists).flatMap(([fact, malformed]) =>
    malformed
      .filter(({ id }) => parseResourceId(id) === undefined)
      .map(({ id, detail }): Gap => ({ fact, reason: "malformed", detail: `${id}: ${detail}` })),
  );
}

/** With those whose row was malformed: their details may still be readable. */
function registryNames({ registries }: Inventory): ReadonlyMap<string, SubscriptionSlice["registries"]> {
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
  { registries }: Inventory,
  subscriptionId: string,
  pullers: readonly PullerEntry[],
): readonly ListedRegistry[] {
  if (!registries.known) return [];
  const needed = new Set(
    pullers.flatMap(({ needs }) => (needs.known ? needs.value.map((need) => need.registryId) : [])),
  );
  return registries.value.registries.filter(
    (registry) => registry.subscriptionId === subscriptionId || needed.has(registry.id),
  );
}
