import { z } from "zod";
import { AzureError } from "../azure/error.ts";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import type { NodePool } from "../core/facts.ts";
import type { Collector } from "./collector.ts";

const Row = z.object({
  id: z.string(),
  name: z.string(),
  pool: z.string(),
  identityIds: z.array(z.string()).nullish(),
});

/** Scale sets that AKS made for node pools, with the identities that their nodes can log in as. */
export const scaleSets: Collector<QueryScope, readonly NodePool[]> = {
  id: "scale-sets",
  permissions: {
    actions: ["Microsoft.Compute/virtualMachineScaleSets/read", "Microsoft.ResourceGraph/resources/read"],
  },
  read: async (connection, scope) => {
    const { rows, malformed } = await queryResourceGraph(connection, {
      ...scope,
      name: "scale sets",
      query: `resources
| where type =~ 'microsoft.compute/virtualmachinescalesets'
| extend pool = tostring(coalesce(tags['aks-managed-poolName'], tags['poolName']))
| where isnotempty(pool)
| project id, name, pool, identityIds = bag_keys(identity.userAssignedIdentities)
| order by id asc`,
      row: Row,
    });
    const [broken] = malformed;
    if (broken) throw new AzureError("malformed", "query scale sets", `${broken.id}: ${broken.detail}`);
    return rows.map(({ id, pool, identityIds }) => ({ id, name: pool, identityIds: identityIds ?? [] }));
  },
};
