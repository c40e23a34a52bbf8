import { z } from "zod";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import type { Collector } from "./collector.ts";

/** An AKS cluster with what decides how its nodes pull. */
export interface ListedCluster {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  /** The kubelet identity of a cluster that uses managed identities. */
  readonly kubelet?: { readonly objectId: string; readonly clientId: string; readonly resourceId?: string };
  /** Client id of the service principal; `msi` on a cluster that uses managed identities. */
  readonly servicePrincipalClientId: string;
  readonly controlPlaneIds: readonly string[];
  /** Registry that a network-isolated cluster bootstraps from. */
  readonly bootstrapRegistryId?: string;
  /** Registries named in the tag `acraudit-registries`. */
  readonly declared: readonly string[];
  readonly network: ListedClusterNetwork;
  /** Absent where it does not say them. */
  readonly pools?: readonly ListedNodePool[];
}

interface ListedNodePool {
  readonly name: string;
  /** `AKSUbuntu-2204gen2containerd-202503.21.0` */
  readonly nodeImage: string;
  /** It is made of a scale set, as all but the oldest and the newest kind of pools are. */
  readonly scaleSet: boolean;
}

/** How a cluster's nodes get out, as the cluster says it. */
export interface ListedClusterNetwork {
  readonly location: string;
  readonly nodeResourceGroup: string;
  /** Subnet of each node pool; empty text where AKS made the network. */
  readonly subnetIds: readonly string[];
  readonly outboundType: string;
  /** Public IP resources of the load balancer or of the NAT gateway that AKS manages. */
  readonly outboundIpIds: readonly string[];
  /** Nodes have public addresses of their own. */
  readonly nodePublicIps: boolean;
  /** What goes past the proxy, where there is a proxy. */
  readonly noProxy?: readonly string[];
}

export interface ClusterInventory {
  readonly clusters: readonly ListedCluster[];
  /** Listed, but not with what was asked for. */
  readonly malformed: readonly { readonly id: string; readonly detail: string }[];
}

const Identity = z.object({ objectId: z.string(), clientId: z.string(), resourceId: z.string().optional() });

const Ids = z.array(z.object({ id: z.string() })).nullish();

const PoolRow = z.object({
  name: z.string().nullish(),
  type: z.string().nullish(),
  nodeImageVersion: z.string().nullish(),
  vnetSubnetID: z.string().nullish(),
  enableNodePublicIP: z.boolean().nullish(),
});

/** A cluster with what is asked of it. */
export const ClusterRow = z.object({
  id: z.string(),
  name: z.string(),
  subscriptionId: z.string(),
  identityProfile: z.record(z.string(), z.unknown()).nullish(),
  servicePrincipalClientId: z.string(),
  controlPlaneId: z.string(),
  userAssigned: z.record(z.string(), z.object({ principalId: z.string().optional() }).nullable()).nullish(),
  bootstrapRegistryId: z.string(),
  tags: z.record(z.string(), z.unknown()).nullish(),
  location: z.string(),
  nodeResourceGroup: z.string(),
  pools: z.array(PoolRow).nullish(),
  outboundType: z.string(),
  loadBalancerIps: Ids,
  natGatewayIps: Ids,
  proxied: z.boolean(),
  noProxy: z.array(z.string()).nullish(),
  effectiveNoProxy: z.array(z.string()).nullish(),
});

/**
 * Every AKS cluster in scope, with the identity its nodes pull with.
 * https://learn.microsoft.com/azure/aks/cluster-container-registry-integration
 */
export const clusters: Collector<QueryScope, ClusterInventory> = {
  id: "clusters",
  permissions: {
    actions: ["Microsoft.ContainerService/managedClusters/read", "Microsoft.ResourceGraph/resources/read"],
  },
  read: async (connection, scope) => {
    const { rows, malformed } = await queryResourceGraph(connection, {
      ...scope,
      name: "clusters",
      query: `resources
| where type =~ 'microsoft.containerservice/managedclusters'
| project id, name, subscriptionId, identityProfile = properties.identityProfile, servicePrincipalClientId = tostring(properties.servicePrincipalProfile.clientId), controlPlaneId = tostring(identity.principalId), userAssigned = identity.userAssignedIdentities, bootstrapRegistryId = tostring(properties.bootstrapProfile.containerRegistryId), tags, location, nodeResourceGroup = tostring(properties.nodeResourceGroup), pools = properties.agentPoolProfiles, outboundType = tostring(properties.networkProfile.outboundType), loadBalancerIps = properties.networkProfile.loadBalancerProfile.effectiveOutboundIPs, natGatewayIps = properties.networkProfile.natGatewayProfile.effectiveOutboundIPs, proxied = isnotempty(tostring(properties.httpProxyConfig.httpsProxy)) and tostring(properties.httpProxyConfig.enabled) !~ 'false', noProxy = properties.httpProxyConfig.noProxy, effectiveNoProxy = properties.httpProxyConfig.effectiveNoProxy
| order by id asc`,
      row: ClusterRow,
    });
    return { clusters: rows.map(clusterOf), malformed };
  },
};

export function clusterOf(row: z.infer<typeof ClusterRow>): ListedCluster {
  const kubelet = Identity.safeParse(insensitive(row.identityProfile ?? {}, "kubeletidentity"));
  const userAssigned = Object.values(row.userAssigned ?? {}).map((identity) => identity?.principalId ?? "");
  const tag = insensitive(row.tags ?? {}, "acraudit-registries");
  return {
    id: row.id,
    name: row.name,
    subscriptionId: row.subscriptionId.toLowerCase(),
    ...(kubelet.success && { kubelet: kubeletOf(kubelet.data) }),
    servicePrincipalClientId: row.servicePrincipalClientId,
    controlPlaneIds: [row.controlPlaneId, ...userAssigned].filter((id) => id !== ""),
    ...(row.bootstrapRegistryId !== "" && { bootstrapRegistryId: row.bootstrapRegistryId }),
    declared: typeof tag === "string" ? tag.split(/[\s,;]+/).filter((name) => name !== "") : [],
    network: {
      location: row.location,
      nodeResourceGroup: row.nodeResourceGroup,
      subnetIds: [...new Set((row.pools ?? []).map(({ vnetSubnetID }) => vnetSubnetID ?? ""))],
      outboundType: row.outboundType,
      outboundIpIds: [...(row.loadBalancerIps ?? []), ...(row.natGatewayIps ?? [])].map(({ id }) => id),
      nodePublicIps: (row.pools ?? []).some(({ enableNodePublicIP }) => enableNodePublicIP === true),
      ...(row.proxied && { noProxy: [...(row.noProxy ?? []), ...(row.effectiveNoProxy ?? [])] }),
    },
    ...(row.pools && { pools: row.pools.map(poolOf) }),
  };
}

function poolOf({ name, type, nodeImageVersion }: z.infer<typeof PoolRow>): ListedNodePool {
  return {
    name: name ?? "",
    nodeImage: nodeImageVersion ?? "",
    scaleSet: /^(?:virtualmachinescalesets)?$/i.test(type ?? ""),
  };
}

function kubeletOf({
  objectId,
  clientId,
  resourceId,
}: z.infer<typeof Identity>): NonNullable<ListedCluster["kubelet"]> {
  return { objectId, clientId, ...(resourceId !== undefined && { resourceId }) };
}

/** `kubeletidentity` is also written `kubeletIdentity`, and tag names ignore case. */
function insensitive(record: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.entries(record).find(([key]) => key.toLowerCase() === name)?.[1];
}
