import type { Gap } from "../collected.ts";
import type { Registry } from "../facts.ts";
import { sameId } from "../resource-id.ts";
import { recordNameOf, zoneNameOf } from "./host-names.ts";
import { isApproved, type NetworkSettings, type PrivateEndpoint, type PrivateZone } from "./registry-network.ts";

/** One host of a registry in one private zone, with the addresses it has there and those it has on its endpoints. */
interface ZoneEntry {
  readonly zone: PrivateZone;
  readonly host: string;
  readonly recordName: string;
  readonly found: readonly string[];
  /** One address for each endpoint that has the host. */
  readonly expected: readonly { readonly address: string; readonly endpoint: PrivateEndpoint }[];
}

interface ZoneEntries {
  readonly entries: readonly ZoneEntry[];
  /** Approved endpoints whose addresses are not visible: with one of them any record may be right. */
  readonly unseen: readonly string[];
  readonly gaps: readonly Gap[];
}

/**
 * What private zones say of each host of a registry's approved endpoints. Only zones that hold some record of the
 * registry are meant for it; any other may be linked where nobody asks for this registry.
 */
export function zoneEntries(
  registry: Pick<Registry, "loginServer">,
  { connections }: Pick<NetworkSettings, "connections">,
  endpoints: readonly PrivateEndpoint[],
  zones: readonly PrivateZone[],
): ZoneEntries {
  const approved = connections.filter(isApproved).map(({ endpointId }) => endpointId);
  const visible = endpoints.filter(({ id }) => approved.some((one) => sameId(one, id)));
  const own = zones.filter(({ name }) => name.toLowerCase() === zoneNameOf(registry.loginServer));
  const label = recordNameOf(registry.loginServer, registry.loginServer);
  const belongs = (name: string) => name.toLowerCase() === label || name.toLowerCase().startsWith(`${label}.`);
  const hosts = [...new Set(visible.flatMap(({ addresses }) => addresses.map(({ host }) => host.toLowerCase())))];

  const entries = own.flatMap((zone) => {
    if (!zone.records.known) return [];
    const records = zone.records.value.filter(({ name }) => belongs(name));
    if (records.length === 0) return [];
    return hosts.map((host): ZoneEntry => {
      const recordName = recordNameOf(host, registry.loginServer);
      return {
        zone,
        host,
        recordName,
        found: records.filter(({ name }) => name.toLowerCase() === recordName).flatMap(({ addresses }) => addresses),
        expected: visible.flatMap((endpoint) =>
          endpoint.addresses
            .filter((one) => one.host.toLowerCase() === host)
            .map(({ address }) => ({ address, endpoint })),
        ),
      };
    });
  });
  return {
    entries,
    unseen: approved.filter((id) => !visible.some((endpoint) => sameId(endpoint.id, id))),
    gaps: own.flatMap(({ records }) => (records.known ? [] : [records.gap])),
  };
}
