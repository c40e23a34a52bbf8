import { getResource } from "../azure/resource.ts";
import { ClusterRow, clusterOf, type ListedCluster } from "./clusters.ts";
import type { Collector } from "./collector.ts";
import { resourceBody } from "./resource-body.ts";
import { shaped } from "./shaped.ts";

const apiVersion = "2025-10-01";

/** One AKS cluster as it is now: Resource Graph, which lists all of them, is minutes behind. */
export const cluster: Collector<string, ListedCluster> = {
  id: "cluster",
  permissions: { actions: ["Microsoft.ContainerService/managedClusters/read"] },
  read: async (connection, id) => {
    const row = rowOf(await getResource(connection, id, apiVersion));
    return clusterOf(shaped(ClusterRow, row, `get ${id}`));
  },
};

/** What the query of `clusters` projects. */
function rowOf(body: unknown): unknown {
  const { columns, part, text } = resourceBody(body);
  const network = "properties.networkProfile";
  const proxy = "properties.httpProxyConfig";
  return {
    ...columns,
    identityProfile: part("properties.identityProfile"),
    servicePrincipalClientId: text("properties.servicePrincipalProfile.clientId"),
    controlPlaneId: text("identity.principalId"),
    userAssigned: part("identity.userAssignedIdentities"),
    bootstrapRegistryId: text("properties.bootstrapProfile.containerRegistryId"),
    tags: part("tags"),
    nodeResourceGroup: text("properties.nodeResourceGroup"),
    pools: part("properties.agentPoolProfiles"),
    outboundType: text(`${network}.outboundType`),
    loadBalancerIps: part(`${network}.loadBalancerProfile.effectiveOutboundIPs`),
    natGatewayIps: part(`${network}.natGatewayProfile.effectiveOutboundIPs`),
    proxied: text(`${proxy}.httpsProxy`) !== "" && part(`${proxy}.enabled`) !== false,
    noProxy: part(`${proxy}.noProxy`),
    effectiveNoProxy: part(`${proxy}.effectiveNoProxy`),
  };
}
