import { z } from "zod";
import { listResources } from "../azure/resource.ts";
import type { NodePool } from "../core/facts.ts";
import type { ListedCluster } from "./clusters.ts";
import type { Collector } from "./collector.ts";
import { shaped } from "./shaped.ts";

const apiVersion = "2024-11-01";

const Body = z.object({
  id: z.string(),
  tags: z.record(z.string(), z.string()).nullish(),
  identity: z.object({ userAssignedIdentities: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});

/** The scale sets that AKS made for one cluster, as they are now: Resource Graph, which lists all, is minutes behind. */
export const clusterScaleSets: Collector<ListedCluster, readonly NodePool[]> = {
  id: "cluster-scale-sets",
  permissions: { actions: ["Microsoft.Compute/virtualMachineScaleSets/read"] },
  read: async (connection, { subscriptionId, network }) => {
    const group = `/subscriptions/${subscriptionId}/resourceGroups/${network.nodeResourceGroup}`;
    const path = `${group}/providers/Microsoft.Compute/virtualMachineScaleSets`;
    const bodies = await listResources(connection, path, apiVersion);
    return shaped(z.array(Body), bodies, `list ${path}`).flatMap(({ id, tags, identity }) => {
      const name = tags?.["aks-managed-poolName"] ?? tags?.poolName ?? "";
      return name === "" ? [] : [{ id, name, identityIds: Object.keys(identity?.userAssignedIdentities ?? {}) }];
    });
  },
};
