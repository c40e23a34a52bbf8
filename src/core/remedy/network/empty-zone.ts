import type { Registry } from "../../facts.ts";
import { zoneNameOf } from "../../network/host-names.ts";
import type { PrivateZone, RegistryNetwork } from "../../network/registry-network.ts";
import { sameId } from "../../resource-id.ts";

/** A private zone that is made for the registry's records; asked for where no zone has any. */
export function emptyZone(
  { zones }: RegistryNetwork,
  { loginServer }: Pick<Registry, "loginServer">,
): PrivateZone | undefined {
  return zones.known ? zones.value.find(({ name }) => sameId(name, zoneNameOf(loginServer))) : undefined;
}
