import { type Collected, known, missing } from "../core/collected.ts";
import { type Grant, type Reach, reachNamesLimit } from "../core/facts.ts";
import { registriesUnder } from "../core/registries-under.ts";
import { sameId } from "../core/resource-id.ts";
import { scopeLevel } from "../core/scope.ts";
import { powersOfGrant } from "./grant-index.ts";
import type { TenantInventory } from "./inventory.ts";
import { unsaidGroups } from "./unsaid-groups.ts";

/** Counts the registries that grants reach; a registry counts once however many grants cover it. */
export function reachOfGrants({
  registries: listed,
  subscriptions: { subscriptions },
  homeTenantId,
}: TenantInventory): (grants: readonly Grant[]) => Collected<Reach> {
  const homes = new Map(subscriptions.map((one) => [one.id, one]));
  const registries = (listed.known ? listed.value.registries : []).map((registry) => {
    const ancestors = homes.get(registry.subscriptionId)?.ancestors;
    return { ...registry, ...(ancestors && { ancestors }) };
  });
  const under = registriesUnder(registries);
  const unplaced = registries.find(({ subscriptionId, ancestors }) => {
    const home = homes.get(subscriptionId);
    return ancestors === undefined && home !== undefined && sameId(home.tenantId, homeTenantId);
  });
  return (grants) => {
    const all = new Set<number>();
    for (const grant of grants) {
      const powers = powersOfGrant(grant);
      if (!grant.role.known && under(grant.scope).length > 0) return grant.role;
      if (!powers) continue;
      if (unplaced && scopeLevel(grant.scope) === "managementGroup")
        return missing(unsaidGroups(unplaced.subscriptionId));
      for (const position of under(grant.scope)) {
        const mode = registries[position]?.roleAssignmentMode;
        const either = (power: { legacy: boolean; abac: boolean }) =>
          mode === undefined
            ? power.legacy || power.abac
            : mode === "LegacyRegistryPermissions"
              ? power.legacy
              : power.abac;
        if (either(powers.pull) || either(powers.push) || powers.manage) all.add(position);
      }
    }
    const names = [...all].slice(0, reachNamesLimit).map((position) => registries[position]?.name ?? "");
    const subscriptions = [...new Set([...all].map((position) => registries[position]?.subscriptionId ?? ""))];
    return known({
      registries: all.size,
      names,
      subscriptions: subscriptions.slice(0, reachNamesLimit),
    });
  };
}
