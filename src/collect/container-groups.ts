import { z } from "zod";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import { known } from "../core/collected.ts";
import type { ListedWorkload } from "../core/workload.ts";
import { Identity, identitiesOf } from "./assigned-identities.ts";
import type { Collector } from "./collector.ts";
import type { WorkloadInventory } from "./workload-inventory.ts";

/** A container group with what is asked of it. */
export const ContainerGroupRow = z.object({
  id: z.string(),
  name: z.string(),
  subscriptionId: z.string(),
  location: z.string(),
  identity: Identity,
  images: z.array(z.string()).nullish(),
  credentials: z
    .array(z.object({ server: z.string(), username: z.string().nullish(), identity: z.string().nullish() }))
    .nullish(),
  subnets: z.array(z.object({ id: z.string() })).nullish(),
});

/**
 * Container groups, with how they log in to registries. Only images are taken from the containers: the rest of them may
 * hold secrets.
 * https://learn.microsoft.com/azure/container-instances/using-azure-container-registry-mi
 */
export const containerGroups: Collector<QueryScope, WorkloadInventory> = {
  id: "container-groups",
  permissions: {
    actions: ["Microsoft.ContainerInstance/containerGroups/read", "Microsoft.ResourceGraph/resources/read"],
  },
  read: async (connection, scope) => {
    const { rows, malformed } = await queryResourceGraph(connection, {
      ...scope,
      name: "container groups",
      query: `resources
| where type =~ 'microsoft.containerinstance/containergroups'
| project id, name, subscriptionId, location, identity, images = extract_all('"image":"([^"]+)"', strcat(tostring(properties.containers), tostring(properties.initContainers))), credentials = properties.imageRegistryCredentials, subnets = properties.subnetIds
| order by id asc`,
      row: ContainerGroupRow,
    });
    return { workloads: rows.map(containerGroupOf), malformed };
  },
};

export function containerGroupOf(row: z.infer<typeof ContainerGroupRow>): ListedWorkload {
  const { id, name, subscriptionId, location, identity, images, credentials, subnets } = row;
  return {
    kind: "containerGroup",
    id,
    name,
    subscriptionId: subscriptionId.toLowerCase(),
    images: images ?? [],
    logins: (credentials ?? []).map(({ server, username, identity: named }) => ({
      server,
      as: named ? { kind: "identity", named } : { kind: "password", userName: username ?? "" },
    })),
    identities: identitiesOf(identity),
    standing: { location, subnetIds: known((subnets ?? []).map(({ id: subnetId }) => subnetId)) },
  };
}
