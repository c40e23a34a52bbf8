import { z } from "zod";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import { known } from "../core/collected.ts";
import { Identity, identitiesOf } from "./assigned-identities.ts";
import type { Collector } from "./collector.ts";
import type { WorkloadInventory } from "./workload-inventory.ts";

const Row = z.object({
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
| project id, name, subscriptionId, location, identity, images = array_concat(extract_all('"image":"([^"]+)"', tostring(properties.containers)), extract_all('"image":"([^"]+)"', tostring(properties.initContainers))), credentials = properties.imageRegistryCredentials, subnets = properties.subnetIds
| order by id asc`,
      row: Row,
    });
    return {
      workloads: rows.map(({ subscriptionId, identity, images, credentials, subnets, location, ...row }) => ({
        kind: "containerGroup",
        ...row,
        subscriptionId: subscriptionId.toLowerCase(),
        images: images ?? [],
        logins: (credentials ?? []).map(({ server, username, identity: named }) => ({
          server,
          as: named ? { kind: "identity", named } : { kind: "password", userName: username ?? "" },
        })),
        identities: identitiesOf(identity),
        standing: { location, subnetIds: known((subnets ?? []).map(({ id }) => id)) },
      })),
      malformed,
    };
  },
};
