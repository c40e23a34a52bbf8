import { type Collected, known } from "../core/collected.ts";
import type { AllowedSubnet } from "../core/network/allowed-subnet.ts";
import type { RegistryNetwork } from "../core/network/registry-network.ts";
import { mapBounded } from "./map-bounded.ts";

/** One call for each subnet, so only where the rules decide who gets in. */
export async function allowedSubnets(
  settings: RegistryNetwork["settings"],
  rules: RegistryNetwork["virtualNetworkRules"],
  subnetOf: (id: string) => Promise<AllowedSubnet["subnet"]>,
): Promise<Collected<readonly AllowedSubnet[]>> {
  if (!settings.known) return settings;
  const { publicNetworkAccess, defaultAction } = settings.value;
  if (publicNetworkAccess.value === "Disabled" || defaultAction.value === "Allow") return known([]);
  if (!rules.known) return rules;
  const ids = new Map(rules.value.map((id) => [id.toLowerCase(), id]));
  return known(await mapBounded([...ids.values()], 4, async (id) => ({ id, subnet: await subnetOf(id) })));
}
