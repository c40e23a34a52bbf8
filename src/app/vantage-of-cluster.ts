import type { ListedCluster } from "../collect/clusters.ts";
import type { ListedSubnet } from "../collect/virtual-networks.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import { networkOfSubnet } from "../core/network/registry-network.ts";
import type { OutboundType, Vantage, VantageNetwork } from "../core/network/vantage.ts";
import { parseResourceId, sameId } from "../core/resource-id.ts";
import type { NetworkInventory, StandingNetwork } from "./network-inventory.ts";

/** Where a cluster's nodes stand and how they get out. */
export function vantageOfCluster(
  { id, subscriptionId, network, kubelet }: ListedCluster,
  { networks, addresses }: Pick<NetworkInventory, "networks" | "addresses">,
): Vantage {
  const outboundType = outboundTypes.find((type) => type.toLowerCase() === network.outboundType.toLowerCase());
  const standing = networks.known ? subnetsOf(id, subscriptionId, network, networks.value) : networks;
  return {
    service: "aks",
    managedIdentity: kubelet !== undefined,
    location: network.location,
    nodeResourceGroup: network.nodeResourceGroup,
    networks: standing.known ? known(groupByNetwork(standing.value)) : standing,
    outboundType: outboundType ?? "other",
    outboundAddresses: addresses.known
      ? addressesOf(id, network, outboundType ?? "other", standing, addresses.value)
      : addresses,
    ...(network.noProxy && { proxy: { noProxy: network.noProxy } }),
  };
}

const outboundTypes: readonly OutboundType[] = [
  "loadBalancer",
  "managedNATGateway",
  "userAssignedNATGateway",
  "userDefinedRouting",
  "none",
  "block",
];

interface Standing {
  readonly network: StandingNetwork;
  readonly subnet: ListedSubnet;
}

/** Pools without a subnet are in the network that AKS made in the node resource group. */
function subnetsOf(
  clusterId: string,
  subscriptionId: string,
  { subnetIds, nodeResourceGroup }: ListedCluster["network"],
  networks: readonly StandingNetwork[],
): Collected<readonly Standing[]> {
  const standing: Standing[] = [];
  for (const subnetId of subnetIds.length > 0 ? subnetIds : [""]) {
    const found = subnetId === "" ? madeByAks(subscriptionId, nodeResourceGroup, networks) : at(subnetId, networks);
    if (found.length === 0) {
      const where = subnetId === "" ? `the network in resource group ${nodeResourceGroup}` : subnetId;
      const detail = `${where}, where nodes of ${clusterId} are, is not visible`;
      return missing({ fact: "vantage", reason: "notFound", detail });
    }
    standing.push(...found);
  }
  return known(standing);
}

/** Nodes are in its `aks-subnet` (unverified: the name is not documented), beside which add-ons put subnets of their own. */
function madeByAks(subscriptionId: string, group: string, networks: readonly StandingNetwork[]): readonly Standing[] {
  return (byGroup(networks).get(groupKey(subscriptionId, group)) ?? []).flatMap((network) => {
    const ofNodes = network.subnets.filter(({ id }) => /\/subnets\/aks-subnet$/i.test(id));
    return (ofNodes.length > 0 ? ofNodes : network.subnets).map((subnet) => ({ network, subnet }));
  });
}

const groups = new WeakMap<readonly StandingNetwork[], ReadonlyMap<string, readonly StandingNetwork[]>>();

function byGroup(networks: readonly StandingNetwork[]): ReadonlyMap<string, readonly StandingNetwork[]> {
  const indexed =
    groups.get(networks) ??
    Map.groupBy(networks, ({ id }) => {
      const parts = parseResourceId(id);
      return groupKey(parts?.subscriptionId ?? "", parts?.resourceGroup ?? "");
    });
  groups.set(networks, indexed);
  return indexed;
}

function groupKey(subscriptionId: string, group: string): string {
  return `${subscriptionId}/${group}`.toLowerCase();
}

function at(subnetId: string, networks: readonly StandingNetwork[]): readonly Standing[] {
  const network = networks.find(({ id }) => sameId(id, networkOfSubnet(subnetId)));
  const subnet = network?.subnets.find(({ id }) => sameId(id, subnetId));
  return network && subnet ? [{ network, subnet }] : [];
}

function groupByNetwork(standing: readonly Standing[]): readonly VantageNetwork[] {
  return [...Map.groupBy(standing, ({ network }) => network)].map(([{ id, dnsServers, rulesets }, group]) => ({
    ...{ id, dnsServers, ...(rulesets && { rulesets }) },
    subnets: group.map(({ subnet }) => ({ id: subnet.id, serviceEndpoints: subnet.serviceEndpoints })),
  }));
}

/** A NAT gateway on a subnet sends before the load balancer does. */
function addressesOf(
  clusterId: string,
  { outboundIpIds, nodePublicIps }: ListedCluster["network"],
  outboundType: OutboundType,
  standing: Collected<readonly Standing[]>,
  visible: ReadonlyMap<string, readonly string[]>,
): Vantage["outboundAddresses"] {
  if (nodePublicIps) return unknownEgress(`nodes of ${clusterId} have public addresses of their own`);
  if (outboundType === "userDefinedRouting" || outboundType === "block" || outboundType === "other") return known([]);
  const gateways = standing.known
    ? [...new Set(standing.value.map(({ subnet }) => subnet.natGatewayId.toLowerCase()))]
    : [];
  if (!standing.known && outboundType !== "managedNATGateway") return standing;
  if (gateways.includes("") && gateways.length > 1) {
    return unknownEgress(`some subnets of ${clusterId} have a NAT gateway and some have none`);
  }
  const own = gateways.filter((id) => id !== "");
  const ofCluster = outboundType === "userAssignedNATGateway" ? [] : outboundIpIds;
  const sources = own.length > 0 ? own : ofCluster;
  const unseen = sources.filter((id) => !visible.has(id.toLowerCase()));
  if (unseen.length > 0) return unknownEgress(`the address of ${unseen.join(", ")} is not visible`);
  return known(sources.flatMap((id) => visible.get(id.toLowerCase()) ?? []));
}

function unknownEgress(detail: string) {
  return missing({ fact: "egress", reason: "notFound", detail });
}
