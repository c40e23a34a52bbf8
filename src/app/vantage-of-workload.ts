import type { ListedSubnet, PublicAddresses } from "../collect/virtual-networks.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import type { PullIdentity } from "../core/facts.ts";
import { networkOfSubnet } from "../core/network/registry-network.ts";
import type { Service, Vantage, VantageNetwork } from "../core/network/vantage.ts";
import { sameId } from "../core/resource-id.ts";
import type { ListedWorkload } from "../core/workload.ts";
import type { NetworkInventory, StandingNetwork } from "./network-inventory.ts";

const services: Readonly<Record<ListedWorkload["kind"], Service>> = {
  containerApp: "containerApp",
  containerAppJob: "containerApp",
  containerGroup: "containerGroup",
  webApp: "webApp",
  functionApp: "webApp",
  webAppSlot: "webApp",
  mlWorkspace: "machineLearning",
  acrTask: "task",
  cacheRule: "cacheRule",
  connectedRegistry: "virtualMachine",
};

/** Where a workload pulls from. */
export function vantageOfWorkload(
  { id, kind, standing }: ListedWorkload,
  identity: Pick<PullIdentity, "kind"> | undefined,
  { networks, addresses }: Pick<NetworkInventory, "networks" | "addresses">,
): Vantage {
  const { subnetIds, unusedSubnetId, location } = standing;
  const standings = subnetIds.known ? at(id, subnetIds.value, networks) : subnetIds;
  return {
    service: services[kind],
    managedIdentity: identity?.kind === "managedIdentity",
    location,
    networks: standings.known ? known(standings.value.map(networkOf)) : standings,
    ...(unusedSubnetId !== undefined && { unusedSubnetId }),
    outboundType: "other",
    outboundAddresses: standings.known ? addressesOf({ id, kind, standing }, standings.value, addresses) : standings,
  };
}

interface Standing {
  readonly network: StandingNetwork;
  readonly subnets: readonly ListedSubnet[];
}

function at(
  id: string,
  subnetIds: readonly string[],
  networks: Collected<readonly StandingNetwork[]>,
): Collected<readonly Standing[]> {
  if (subnetIds.length === 0) return known([]);
  if (!networks.known) return networks;
  const found = new Map<StandingNetwork, ListedSubnet[]>();
  for (const subnetId of subnetIds) {
    const network = networks.value.find((one) => sameId(one.id, networkOfSubnet(subnetId)));
    const subnet = network?.subnets.find((one) => sameId(one.id, subnetId));
    if (!network || !subnet) {
      const detail = `${subnetId}, through which ${id} pulls, is not visible`;
      return missing({ fact: "vantage", reason: "notFound", detail });
    }
    found.set(network, [...(found.get(network) ?? []), subnet]);
  }
  return known([...found].map(([network, subnets]) => ({ network, subnets })));
}

function networkOf({ network, subnets }: Standing): VantageNetwork {
  return {
    id: network.id,
    dnsServers: network.dnsServers,
    ...(network.rulesets && { rulesets: network.rulesets }),
    subnets: subnets.map(({ id, serviceEndpoints }) => ({ id, serviceEndpoints })),
  };
}

/** Kinds that keep their own addresses in a subnet without a NAT gateway; with routes of the subnet that is unverified. */
const ownInSubnet: readonly ListedWorkload["kind"][] = ["containerApp", "containerAppJob"];

/**
 * What pulls through a subnet is seen as the NAT gateway of that subnet. Without one a site is seen as itself unless routes
 * send it elsewhere, and routes are not read. A container group names no addresses, and that its image comes through its
 * subnet's gateway is unverified.
 * https://learn.microsoft.com/azure/app-service/overview-nat-gateway-integration
 * https://learn.microsoft.com/azure/container-apps/networking
 */
function addressesOf(
  { id, kind, standing: { outboundAddresses } }: Pick<ListedWorkload, "id" | "kind" | "standing">,
  standings: readonly Standing[],
  visible: Collected<PublicAddresses>,
): Vantage["outboundAddresses"] {
  const subnets = standings.flatMap((one) => one.subnets);
  const bare = subnets.filter(({ natGatewayId }) => natGatewayId === "");
  if (subnets.length === 0 || kind === "containerGroup" || (bare.length > 0 && ownInSubnet.includes(kind))) {
    return outboundAddresses
      ? known(outboundAddresses)
      : unknownEgress(`${id} does not say from which addresses it pulls`);
  }
  const [without] = bare;
  if (without) {
    return unknownEgress(`${id} pulls through ${without.id}, which has no NAT gateway, and its routes are not read`);
  }
  if (!visible.known) return visible;
  const gateways = [...new Set(subnets.map(({ natGatewayId }) => natGatewayId.toLowerCase()))];
  const unseen = gateways.filter((gateway) => !visible.value.has(gateway));
  if (unseen.length > 0) return unknownEgress(`the address of ${unseen.join(", ")} is not visible`);
  return known(gateways.flatMap((gateway) => visible.value.get(gateway) ?? []));
}

function unknownEgress(detail: string) {
  return missing({ fact: "egress", reason: "notFound", detail });
}
