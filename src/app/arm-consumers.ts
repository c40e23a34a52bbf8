import { type Collected, type Gap, known, missing } from "../core/collected.ts";
import type { ArmConsumer, Puller } from "../core/facts.ts";
import { registriesUnder } from "../core/registries-under.ts";
import { scopeLevel } from "../core/scope.ts";
import type { PullerEntry, SubscriptionSlice } from "../core/slice.ts";
import { asksArmToken } from "../core/workload.ts";
import { canPullInSomeMode } from "./grant-index.ts";
import type { Inventory } from "./inventory.ts";
import { unsaidGroups } from "./unsaid-groups.ts";

/** Consumers by the lower-cased id of each registry that has any. */
type ArmConsumers = ReadonlyMap<string, readonly ArmConsumer[]>;

/** How many are kept of a registry: old clusters that may pull from everywhere are as many as clusters times registries. */
const keptLimit = 20;

/**
 * Pullers that log in to registries with tokens made for Azure Resource Manager. A gap where one of them may be hidden,
 * or may pull from any registry, as far as can be seen: whom a registry would cut off is then not known.
 */
export function armConsumersOf(
  inventory: Inventory,
  entries: readonly PullerEntry[],
  lost: readonly Gap[],
): Collected<ArmConsumers> {
  const { clusters, workloads, subscriptions } = inventory;
  const [gap] = [
    ...(clusters.known ? [] : [clusters.gap]),
    ...workloads.gaps,
    ...subscriptions.gaps,
    ...lost,
    ...entries.flatMap(hiddenNeeds),
  ];
  if (gap) return missing(gap);

  const reached = reachedBy(inventory);
  const consumers = new Map<string, ArmConsumer[]>();
  for (const { puller, needs } of entries) {
    if (!puller.known || !needs.known) continue;
    const consumer = consumerOf(puller.value);
    if (consumer === undefined) continue;
    const own = needs.value.filter(({ identity = puller.value.identity }) => identity.kind === "managedIdentity");
    const wide = puller.value.kind === "aks" ? reached(puller.value) : known([]);
    if (!wide.known) return wide;
    for (const id of new Set([...own.map(({ registryId }) => registryId.toLowerCase()), ...wide.value])) {
      const listed = consumers.get(id);
      if (listed === undefined) consumers.set(id, [consumer]);
      else if (listed.length < keptLimit) listed.push(consumer);
    }
  }
  return known(consumers);
}

/** Those of the consumers that the registries of one slice have. */
export function consumersIn(
  consumers: Collected<ArmConsumers>,
  registries: SubscriptionSlice["registries"],
): SubscriptionSlice["armConsumers"] {
  if (!consumers.known) return consumers;
  const named = registries.flatMap(({ id }) => {
    const own = consumers.value.get(id.toLowerCase());
    return own ? [[id.toLowerCase(), own] as const] : [];
  });
  return known(Object.fromEntries(named));
}

function hiddenNeeds({ puller, needs }: PullerEntry): Gap[] {
  if (!puller.known) return [puller.gap];
  return !needs.known && consumerOf(puller.value) !== undefined ? [needs.gap] : [];
}

/** What asks for such tokens, or may: an image that does not say how old it is can be an old one. */
function consumerOf(puller: Puller): ArmConsumer | undefined {
  const { id, name, kind, undatedPools = [] } = puller;
  if (asksArmToken(puller)) return { id, name, kind };
  if (undatedPools.length === 0) return undefined;
  const detail = `the node images of ${name} (${undatedPools.join(", ")}) do not say how old they are`;
  return { id, name, kind, unsure: { fact: "nodeImages", reason: "notFound", detail } };
}

/**
 * The registries that a cluster may pull from because of a grant above them. What runs in it is not visible, and no need
 * is learned from such a grant.
 */
function reachedBy({ grants, registries: listed, subscriptions: { subscriptions } }: Inventory) {
  const homes = new Map(subscriptions.map((one) => [one.id, one]));
  const registries = (listed.known ? listed.value.registries : []).map((registry) => {
    const ancestors = homes.get(registry.subscriptionId)?.ancestors;
    return { id: registry.id, subscriptionId: registry.subscriptionId, ...(ancestors && { ancestors }) };
  });
  const under = registriesUnder(registries);
  const unplaced = registries.find(({ ancestors }) => ancestors === undefined);

  return ({ identity: { kind, principalId } }: Puller): Collected<readonly string[]> => {
    if (kind !== "managedIdentity") return known([]);
    if (!principalId.known) return principalId;
    if (!grants.known) return grants;
    const above = [...grants.value.of(principalId.value), ...grants.value.unreadGroups].filter(
      (grant) => scopeLevel(grant.scope) !== "resource" && (!grant.role.known || canPullInSomeMode(grant)),
    );
    for (const { scope, role } of above) {
      if (!role.known && under(scope).length > 0) return role;
      if (unplaced && scopeLevel(scope) === "managementGroup") return missing(unsaidGroups(unplaced.subscriptionId));
    }
    const [unread] = grants.value.gaps;
    if (unread && above.some((grant) => grants.value.unreadGroups.includes(grant) && under(grant.scope).length > 0))
      return missing(unread);
    const positions = new Set(above.flatMap(({ scope }) => under(scope)));
    return known([...positions].map((position) => registries[position]?.id.toLowerCase() ?? ""));
  };
}
