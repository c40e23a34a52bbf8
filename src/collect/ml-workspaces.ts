import { z } from "zod";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import { missing } from "../core/collected.ts";
import type { ListedWorkload } from "../core/workload.ts";
import { Identity, identitiesOf } from "./assigned-identities.ts";
import type { Collector } from "./collector.ts";
import type { WorkloadInventory } from "./workload-inventory.ts";

/** A workspace with what is asked of it. */
export const MlWorkspaceRow = z.object({
  id: z.string(),
  name: z.string(),
  subscriptionId: z.string(),
  location: z.string(),
  identity: Identity,
  registryId: z.string(),
  primaryIdentity: z.string(),
});

/**
 * Machine Learning workspaces with the registry that each keeps its environments in.
 * https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication
 */
export const mlWorkspaces: Collector<QueryScope, WorkloadInventory> = {
  id: "ml-workspaces",
  permissions: {
    actions: ["Microsoft.MachineLearningServices/workspaces/read", "Microsoft.ResourceGraph/resources/read"],
  },
  read: async (connection, scope) => {
    const { rows, malformed } = await queryResourceGraph(connection, {
      ...scope,
      name: "machine learning workspaces",
      query: `resources
| where type =~ 'microsoft.machinelearningservices/workspaces'
| project id, name, subscriptionId, location, identity, registryId = tostring(properties.containerRegistry), primaryIdentity = tostring(properties.primaryUserAssignedIdentity)
| order by id asc`,
      row: MlWorkspaceRow,
    });
    return { workloads: rows.map(mlWorkspaceOf), malformed };
  },
};

export function mlWorkspaceOf(row: z.infer<typeof MlWorkspaceRow>): ListedWorkload {
  const { id, name, subscriptionId, location, identity, registryId, primaryIdentity } = row;
  return {
    kind: "mlWorkspace",
    id,
    name,
    subscriptionId: subscriptionId.toLowerCase(),
    images: [],
    ...(registryId !== "" && { registry: { id: registryId, learned: "workspace" } }),
    logins: [{ server: "", as: { kind: "identity", named: primaryIdentity } }],
    identities: identitiesOf(identity),
    standing: {
      location,
      // Nothing that a workspace says makes this certain: a managed network shows neither its endpoints nor its addresses,
      // without one every compute has a subnet of its own, the one that builds images among them, and public access is
      // about the way in. https://learn.microsoft.com/azure/machine-learning/how-to-managed-network
      subnetIds: missing({
        fact: "vantage",
        reason: "notFound",
        detail: `the networks that compute of ${id} stands in are not read`,
      }),
    },
  };
}
