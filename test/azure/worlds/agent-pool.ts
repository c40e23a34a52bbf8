/** A pool of a registry that tasks run in (2025-03-01-preview); in no network of the customer without a subnet. */
export function agentPoolBody({ registryId, name, location = "westeurope", subnetId }: AgentPoolOptions) {
  return {
    id: `${registryId}/agentPools/${name}`,
    name,
    type: "Microsoft.ContainerRegistry/registries/agentPools",
    location,
    tags: {},
    properties: {
      count: 1,
      tier: "S1",
      os: "Linux",
      ...(subnetId === undefined ? {} : { virtualNetworkSubnetResourceId: subnetId }),
      provisioningState: "Succeeded",
    },
  };
}

interface AgentPoolOptions {
  readonly registryId: string;
  readonly name: string;
  readonly location?: string;
  readonly subnetId?: string;
}
