import { type Collected, known, missing } from "../core/collected.ts";
import { type Grant, type Reach, reachNamesLimit } from "../core/facts.ts";
import { registriesUnder } from "../core/registries-under.ts";
import { sameId } from "../core/resource-id.ts";
import { scopeLevel } from "../core/scope.ts";
import { powersOfGrant } from "./grant-index.ts";
import type { TenantInventory } from "./inventory.ts";
import { placedRegistries } from "./placed-registries.ts";
import { unsaidGroups } from "./unsaid-groups.ts";

/** Counts the registries that grants reach; a registry counts once however many grants cover it. */
export function reachOfGrants(inventory: TenantInventory): (grants: readonly Grant[]) => Collected<Reach> {
  const registries = placedRegistries(inventory);
  const under = registriesUnder(registries);
  const unplaced = registries.find(
    ({ ancestors, tenantId }) => ancestors === undefined && sameId(tenantId, inventory.homeTenantId),
  );
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
        const either = ({ legacy, abac }: { legacy: boolean; abac: boolean }) =>
          (legacy && mode !== "AbacRepositoryPermissions") || (abac && mode !== "LegacyRegistryPermissions");
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
