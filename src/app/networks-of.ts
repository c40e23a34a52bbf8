import type { Connection } from "../azure/connection.ts";
import { virtualNetworkRules, virtualNetworkRulesOfSubscription } from "../collect/virtual-network-rules.ts";
import { zoneGroups } from "../collect/zone-groups.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import type { Puller, Registry } from "../core/facts.ts";
import { holdersOf } from "../core/network/answering-zones.ts";
import { isApproved, type RegistryNetwork } from "../core/network/registry-network.ts";
import type { Vantage } from "../core/network/vantage.ts";
import { isRestricted } from "../core/reachability.ts";
import { parseResourceId, sameId } from "../core/resource-id.ts";
import type { SubscriptionSlice } from "../core/slice.ts";
import { mapBounded } from "./map-bounded.ts";
import { remember } from "./remember.ts";

export type NetworkOf = (registryId: string, details: Collected<Registry>, asking?: Asking) => Promise<RegistryNetwork>;

/** A puller for which a registry's network is read, and where it stands. */
export interface Asking {
  readonly puller: Puller;
  readonly vantage: Collected<Vantage>;
}

const notAsked = missing({
  fact: "virtual-network-rules",
  reason: "notFound",
  detail: "not asked for, because public access is off",
});

/** What decides who reaches a registry: mostly from the inventory; virtual network rules are read where they matter. */
export function networksOf({ id: subscriptionId, network }: SubscriptionSlice, connection: Connection): NetworkOf {
  const rulesOfSubscription = remember(virtualNetworkRulesOfSubscription, connection);
  const rulesOfOne = remember(virtualNetworkRules, connection);
  const rulesOf = async (id: string): Promise<Collected<readonly string[]>> => {
    if (parseResourceId(id)?.subscriptionId !== subscriptionId) return rulesOfOne(id);
    const listed = await rulesOfSubscription(subscriptionId);
    if (!listed.known) return listed.gap.reason === "forbidden" ? rulesOfOne(id) : listed;
    const rules = listed.value.get(id.toLowerCase());
    return rules === undefined ? rulesOfOne(id) : known(rules);
  };
  const { endpoints, zones, replicas } = network;
  const zonesOf = remember(zoneGroups, connection);
  const keptZones = async (
    details: Collected<Registry>,
    { vantage }: Asking,
  ): Promise<RegistryNetwork["keptZones"]> => {
    if (!details.known || !zones.known) return undefined;
    const { loginServer, network: settings } = details.value;
    const staysInside = vantage.known && vantage.value.outboundType === "block";
    if (!settings.known || !(isRestricted(settings.value) || staysInside)) return undefined;
    const { holders, unread } = holdersOf(loginServer, loginServer, zones.value);
    const approved = settings.value.connections.filter(isApproved);
    if (holders.length + unread.length > 0 || approved.length === 0) return undefined;
    const kept = await mapBounded(approved, 2, ({ endpointId }) => zonesOf(endpointId));
    return kept.find((one) => !one.known) ?? known(kept.flatMap((one) => (one.known ? one.value : [])));
  };
  return async (id, details, asking) => {
    const settings = details.known ? details.value.network : details;
    const rules = async (): Promise<Collected<readonly string[]>> => {
      if (!settings.known) return settings;
      const { publicNetworkAccess, defaultAction } = settings.value;
      if (defaultAction.value === "Allow") return known([]);
      // They let no cluster in while public access is off, and only a registry's own findings are about that.
      return asking?.puller.kind === "aks" && publicNetworkAccess.value === "Disabled" ? notAsked : rulesOf(id);
    };
    const kept = asking && (await keptZones(details, asking)); // asked of what pullers resolve alone
    return {
      settings,
      ...(kept && { keptZones: kept }),
      virtualNetworkRules: await rules(),
      endpoints: endpoints.known
        ? known(endpoints.value.filter(({ registryId }) => sameId(registryId, id)))
        : endpoints,
      zones,
      replicas: replicas.known ? known(replicas.value[id.toLowerCase()] ?? []) : replicas,
    };
  };
}
