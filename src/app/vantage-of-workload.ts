import type { ListedNetwork, ListedSubnet } from "../collect/virtual-networks.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import type { PullIdentity } from "../core/facts.ts";
import { networkOfSubnet } from "../core/network/registry-network.ts";
import type { Service, Vantage, VantageNetwork } from "../core/network/vantage.ts";
import { sameId } from "../core/resource-id.ts";
import type { ListedWorkload } from "../core/workload.ts";
import type { NetworkInventory } from "./network-inventory.ts";

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

/** Where a workload pulls from. A task counts as a managed identity only when that is the task's own. */
export function vantageOfWorkload(
  { id, kind, standing, identities }: ListedWorkload,
  identity: Pick<PullIdentity, "kind" | "principalId"> | undefined,
  { networks }: Pick<NetworkInventory, "networks">,
): Vantage {
  const own = identity?.principalId.known === true && identity.principalId.value === identities.systemPrincipalId;
  const { subnetIds, outboundAddresses, location } = standing;
  return {
    service: services[kind],
    managedIdentity: identity?.kind === "managedIdentity" && (kind !== "acrTask" || own),
    location,
    networks: !subnetIds.known
      ? subnetIds
      : subnetIds.value.length === 0
        ? known([])
        : at(id, subnetIds.value, networks),
    outboundType: "other",
    outboundAddresses: outboundAddresses
      ? known(outboundAddresses)
      : missing({ fact: "egress", reason: "notFound", detail: `${id} does not say from which addresses it pulls` }),
  };
}

function at(
  id: string,
  subnetIds: readonly string[],
  networks: Collected<readonly ListedNetwork[]>,
): Collected<readonly VantageNetwork[]> {
  if (!networks.known) return networks;
  const found = new Map<ListedNetwork, ListedSubnet[]>();
  for (const subnetId of subnetIds) {
    const network = networks.value.find((one) => sameId(one.id, networkOfSubnet(subnetId)));
    const subnet = network?.subnets.find((one) => sameId(one.id, subnetId));
    if (!network || !subnet) {
      const detail = `${subnetId}, through which ${id} pulls, is not visible`;
      return missing({ fact: "vantage", reason: "notFound", detail });
    }
    found.set(network, [...(found.get(network) ?? []), subnet]);
  }
  return known(
    [...found].map(([network, subnets]) => ({
      id: network.id,
      dnsServers: network.dnsServers,
      subnets: subnets.map((subnet) => ({ id: subnet.id, serviceEndpoints: subnet.serviceEndpoints })),
    })),
  );
}
