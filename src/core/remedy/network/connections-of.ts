import type { PrivateConnection, RegistryNetwork } from "../../network/registry-network.ts";

/** A registry's private endpoint connections, as far as they are known. */
export function connectionsOf({ settings }: RegistryNetwork): readonly PrivateConnection[] {
  return settings.known ? settings.value.connections : [];
}

export function isPending({ status }: Pick<PrivateConnection, "status">): boolean {
  return status.toLowerCase() === "pending";
}
