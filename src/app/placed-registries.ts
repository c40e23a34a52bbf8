import type { ListedRegistry } from "../collect/registries.ts";
import type { MatrixRegistry } from "../core/pull-matrix.ts";
import type { Inventory } from "./inventory.ts";

/** The registries that are listed, with the tenant and the management groups of their subscriptions. */
export function placedRegistries({
  registries,
  subscriptions: { subscriptions },
}: Inventory): readonly (ListedRegistry & Pick<MatrixRegistry, "ancestors" | "tenantId">)[] {
  const homes = new Map(subscriptions.map((one) => [one.id, one]));
  return (registries.known ? registries.value.registries : []).map((registry) => {
    const home = homes.get(registry.subscriptionId);
    return { ...registry, ...(home?.ancestors && { ancestors: home.ancestors }), tenantId: home?.tenantId ?? "" };
  });
}
