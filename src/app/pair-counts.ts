import { known } from "../core/collected.ts";
import { type MatrixPuller, pullMatrix } from "../core/pull-matrix.ts";
import type { PairCounts } from "../core/run.ts";
import type { Slice } from "../core/slice.ts";
import type { Inventory } from "./inventory.ts";

/**
 * Of all pairs of a workload and a registry, how many the grants of the inventory allow: what could be pulled, not what is
 * needed. Deny assignments and networks are not part of it. Undefined where the inventory does not know enough.
 */
export function countPairs(
  { grants, registries, subscriptions }: Inventory,
  slices: readonly Slice[],
): PairCounts | undefined {
  if (!grants.known || !registries.known) return undefined;
  const homes = new Map(subscriptions.subscriptions.map((one) => [one.id, one]));
  const { counts } = pullMatrix({
    pullers: slices.flatMap((slice) =>
      slice.kind === "subscription" ? slice.pullers.flatMap(askers(slice.tenantId)) : [],
    ),
    registries: registries.value.registries.map((registry) => {
      const home = homes.get(registry.subscriptionId);
      return { ...registry, ancestors: home?.ancestors ?? [], tenantId: home?.tenantId ?? "", denials: known([]) };
    }),
    grantsOf: grants.value.of,
    unreadGroups: grants.value.unreadGroups,
  });
  return counts;
}

type Entry = Extract<Slice, { kind: "subscription" }>["pullers"][number];

/** A workload that logs in as somebody whom grants can name. */
function askers(tenantId: string): (entry: Entry) => readonly MatrixPuller[] {
  return ({ id, puller }) => {
    if (!puller.known) return [];
    const { kind, principalId } = puller.value.identity;
    if (kind !== "managedIdentity" && kind !== "servicePrincipal") return [];
    return [{ id, principalId, managedIdentity: kind === "managedIdentity", tenantId }];
  };
}
