import type { Puller } from "../../facts.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { integrate } from "./pull-over-network.ts";

/** A workload that stands in no network has to be moved into one first: no endpoint is near it. */
export function createEndpoint(input: RemedyInput): Template {
  const { vantage, puller } = input;
  if (!vantage?.networks.known || vantage.networks.value.length > 0) return newEndpoint;
  return moves[puller.kind]?.(puller) ?? newEndpoint;
}

/**
 * An endpoint has to be in the region and the subscription of its network, wherever the registry and the workload are. Other
 * services than AKS have their subnets to themselves, and endpoints need one of their own.
 * https://learn.microsoft.com/azure/private-link/private-endpoint-overview
 */
export const newEndpoint = {
  text: "Give the registry a private endpoint in the network that the workload stands in, in a subnet that no service has to itself, with its private zone linked to that network.",
  cli: "az network private-endpoint create --subscription <subnetSubscription> --resource-group <subnetGroup> --location <location> --name <endpointName> --subnet <endpointSubnet> --private-connection-resource-id <registryId> --group-id registry --connection-name <endpointName>",
  bicep: `resource endpoint 'Microsoft.Network/privateEndpoints@2024-10-01' = {
  name: '<endpointName>'
  location: '<location>'
  properties: {
    subnet: { id: '<endpointSubnet>' }
    privateLinkServiceConnections: [
      { name: '<endpointName>', properties: { privateLinkServiceId: '<registryId>', groupIds: ['registry'] } }
    ]
  }
}`,
} as const satisfies Template;

const nowhereNear = "It stands in no virtual network, so no private endpoint is near it.";

/** https://learn.microsoft.com/azure/container-apps/custom-virtual-networks */
const newEnvironment: Template = {
  text: `${nowhereNear} An environment gets its network when it is created: make one in a network that resolves a private endpoint of the registry, and move the workload there.`,
  cli: "az containerapp env create --subscription <pullerSubscription> --resource-group <pullerGroup> --name ENVIRONMENT_NAME --location <location> --infrastructure-subnet-resource-id SUBNET_ID",
  bicep: `resource environment 'Microsoft.App/managedEnvironments@2025-01-01' = {
  name: 'ENVIRONMENT_NAME'
  location: '<location>'
  properties: {
    vnetConfiguration: { infrastructureSubnetId: 'SUBNET_ID' }
  }
}`,
};

/** https://learn.microsoft.com/azure/container-registry/tasks-agent-pools */
const newPool: Template = {
  text: `${nowhereNear} Make an agent pool in a network that resolves a private endpoint of the registry, and run the task there.`,
  cli: "az acr agentpool create --subscription <pullerSubscription> --registry <taskRegistry> --name POOL_NAME --subnet-id SUBNET_ID",
  bicep: `resource pool 'Microsoft.ContainerRegistry/registries/agentPools@2019-06-01-preview' = {
  name: '<taskRegistry>/POOL_NAME'
  location: '<location>'
  properties: {
    count: 1
    tier: 'S1'
    os: 'Linux'
    virtualNetworkSubnetResourceId: 'SUBNET_ID'
  }
}`,
};

/** https://learn.microsoft.com/azure/container-instances/container-instances-vnet */
const newGroup: Template = {
  text: `${nowhereNear} A container group gets its network when it is created: export it, add subnetIds with a network that resolves a private endpoint of the registry, and create it again.`,
  cli: "az container export --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> --file group.yaml",
  bicep: `resource group 'Microsoft.ContainerInstance/containerGroups@2025-09-01' = {
  name: '<puller>'
  // … as it is
  properties: {
    subnetIds: [{ id: 'SUBNET_ID' }]
  }
}`,
};

const moves: Partial<Readonly<Record<Puller["kind"], (puller: Puller) => Template>>> = {
  containerApp: () => newEnvironment,
  containerAppJob: () => newEnvironment,
  acrTask: () => newPool,
  containerGroup: () => newGroup,
  webApp: integrate,
  functionApp: integrate,
  webAppSlot: integrate,
};
