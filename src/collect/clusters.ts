import { z } from "zod";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import type { Collector } from "./collector.ts";

/** An AKS cluster as Resource Graph lists it. */
export interface ListedCluster {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  /** The kubelet identity of a cluster that uses managed identities. */
  readonly kubelet?: { readonly objectId: string; readonly clientId: string };
  /** Client id of the service principal; `msi` on a cluster that uses managed identities. */
  readonly servicePrincipalClientId: string;
  readonly controlPlaneIds: readonly string[];
  /** Registry that a network-isolated cluster bootstraps from. */
  readonly bootstrapRegistryId?: string;
  /** Registries named in the tag `acraudit-registries`. */
  readonly declared: readonly string[];
}

export interface ClusterInventory {
  readonly clusters: readonly ListedCluster[];
  /** Listed, but not with what was asked for. */
  readonly malformed: readonly { readonly id: string; readonly detail: string }[];
}

const Identity = z.object({ objectId: z.string(), clientId: z.string() });

const Row = z.object({
  id: z.string(),
  name: z.string(),
  subscriptionId: z.string(),
  identityProfile: z.record(z.string(), z.unknown()).nullish(),
  servicePrincipalClientId: z.string(),
  controlPlaneId: z.string(),
  userAssigned: z.record(z.string(), z.object({ principalId: z.string().optional() }).nullable()).nullish(),
  bootstrapRegistryId: z.string(),
  tags: z.record(z.string(), z.unknown()).nullish(),
});

/** Every AKS cluster in scope, with the identity its nodes pull with (acr-auth-facts.md §4). */
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
| project id, name, subscriptionId, identityProfile = properties.identityProfile, servicePrincipalClientId = tostring(properties.servicePrincipalProfile.clientId), controlPlaneId = tostring(identity.principalId), userAssigned = identity.userAssignedIdentities, bootstrapRegistryId = tostring(properties.bootstrapProfile.containerRegistryId), tags
| order by id asc`,
      row: Row,
    });
    return { clusters: rows.map(clusterOf), malformed };
  },
};

function clusterOf(row: z.infer<typeof Row>): ListedCluster {
  const kubelet = Identity.safeParse(insensitive(row.identityProfile ?? {}, "kubeletidentity"));
  const userAssigned = Object.values(row.userAssigned ?? {}).map((identity) => identity?.principalId ?? "");
  const tag = insensitive(row.tags ?? {}, "acraudit-registries");
  return {
    id: row.id,
    name: row.name,
    subscriptionId: row.subscriptionId.toLowerCase(),
    ...(kubelet.success && { kubelet: kubelet.data }),
    servicePrincipalClientId: row.servicePrincipalClientId,
    controlPlaneIds: [row.controlPlaneId, ...userAssigned].filter((id) => id !== ""),
    ...(row.bootstrapRegistryId !== "" && { bootstrapRegistryId: row.bootstrapRegistryId }),
    declared: typeof tag === "string" ? tag.split(/[\s,;]+/).filter((name) => name !== "") : [],
  };
}

/** `kubeletidentity` is also written `kubeletIdentity`, and tag names ignore case. */
function insensitive(record: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.entries(record).find(([key]) => key.toLowerCase() === name)?.[1];
}
