import { type Collected, type Gap, known, missing } from "../core/collected.ts";
import type { ArmConsumer, Puller } from "../core/facts.ts";
import { registriesUnder } from "../core/registries-under.ts";
import { scopeLevel } from "../core/scope.ts";
import type { PullerEntry, SubscriptionSlice } from "../core/slice.ts";
import { asksArmToken } from "../core/workload.ts";
import { canPullInSomeMode } from "./grant-index.ts";
import type { Inventory } from "./inventory.ts";
import { placedRegistries } from "./placed-registries.ts";
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
  const add = (id: string, one: ArmConsumer) => {
    const listed = consumers.get(id);
    if (listed === undefined) consumers.set(id, [one]);
    else if (listed.length < keptLimit) listed.push(one);
  };
  for (const { puller, needs } of entries) {
    if (!puller.known || !needs.known) continue;
    const consumer = consumerOf(puller.value);
    if (consumer === undefined) continue;
    const logins = needs.value.map(({ registryId, identity = puller.value.identity }) => ({
      ...identity,
      id: registryId.toLowerCase(),
    }));
    const own = logins.filter(({ kind }) => kind === "managedIdentity").map(({ id }) => id);
    const wide = puller.value.kind === "aks" ? reached(puller.value) : known([]);
    if (!wide.known) return wide;
    const certain = new Set([...own, ...wide.value]);
    for (const id of certain) add(id, consumer);
    for (const { id, fault, principalId } of logins)
      if (fault === "unclear" && !principalId.known && !certain.has(id))
        add(id, { ...consumer, unsure: principalId.gap }); // it may be a managed identity
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
  const { id, name, kind, undatedNodes } = puller;
  if (asksArmToken(puller)) return { id, name, kind };
  return undatedNodes && { id, name, kind, unsure: undatedNodes };
}

/**
 * The registries that a cluster may pull from because of a grant above them. What runs in it is not visible, and no need
 * is learned from such a grant.
 */
function reachedBy(inventory: Inventory) {
  const { grants } = inventory;
  const registries = placedRegistries(inventory);
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
