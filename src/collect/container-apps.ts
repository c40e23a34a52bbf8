import { z } from "zod";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import { known, missing } from "../core/collected.ts";
import type { ListedLogin, ListedWorkload } from "../core/workload.ts";
import { Identity, identitiesOf } from "./assigned-identities.ts";
import type { Collector } from "./collector.ts";
import type { WorkloadInventory } from "./workload-inventory.ts";

const Row = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  subscriptionId: z.string(),
  location: z.string(),
  identity: Identity,
  images: z.array(z.string()).nullish(),
  registries: z
    .array(z.object({ server: z.string(), username: z.string().nullish(), identity: z.string().nullish() }))
    .nullish(),
  environmentId: z.string(),
  outboundAddresses: z.array(z.string()).nullish(),
});

const Environment = z.object({ id: z.string(), identity: Identity, subnetId: z.string() });

/**
 * Container apps and jobs, with how they log in to registries, which may be as their environment. Only images are taken
 * from the template: the rest of it may hold secrets.
 * https://learn.microsoft.com/azure/container-apps/managed-identity-image-pull
 */
export const containerApps: Collector<QueryScope, WorkloadInventory> = {
  id: "container-apps",
  permissions: {
    actions: [
      "Microsoft.App/containerApps/read",
      "Microsoft.App/jobs/read",
      "Microsoft.App/managedEnvironments/read",
      "Microsoft.ResourceGraph/resources/read",
    ],
  },
  read: async (connection, scope) => {
    const { rows, malformed } = await queryResourceGraph(connection, {
      ...scope,
      name: "container apps",
      query: `resources
| where type in~ ('microsoft.app/containerapps', 'microsoft.app/jobs')
| project id, name, type, subscriptionId, location, identity, images = extract_all('"image":"([^"]+)"', tostring(properties.template)), registries = properties.configuration.registries, environmentId = tostring(coalesce(properties.environmentId, properties.managedEnvironmentId)), outboundAddresses = properties.outboundIpAddresses
| order by id asc`,
      row: Row,
    });
    if (rows.length === 0) return { workloads: [], malformed };
    const environments = await queryResourceGraph(connection, {
      ...scope,
      name: "container app environments",
      query: `resources
| where type =~ 'microsoft.app/managedenvironments'
| project id, identity, subnetId = tostring(properties.vnetConfiguration.infrastructureSubnetId)
| order by id asc`,
      row: Environment,
    });
    const byId = new Map(environments.rows.map((one) => [one.id.toLowerCase(), one]));
    return { workloads: rows.map((row) => workloadOf(row, byId.get(row.environmentId.toLowerCase()))), malformed };
  },
};

function workloadOf(row: z.infer<typeof Row>, environment: z.infer<typeof Environment> | undefined): ListedWorkload {
  const detail = `the environment ${row.environmentId} of ${row.id} is not visible`;
  const unseen = (fact: string) => missing({ fact, reason: "notFound", detail });
  return {
    kind: row.type.toLowerCase().endsWith("/jobs") ? "containerAppJob" : "containerApp",
    id: row.id,
    name: row.name,
    subscriptionId: row.subscriptionId.toLowerCase(),
    images: row.images ?? [],
    logins: (row.registries ?? []).map(loginOf),
    identities: {
      ...identitiesOf(row.identity),
      environment: environment ? known(identitiesOf(environment.identity)) : unseen("identity"),
    },
    standing: {
      location: row.location,
      subnetIds: environment ? known([environment.subnetId].filter((subnetId) => subnetId !== "")) : unseen("vantage"),
      ...(row.outboundAddresses && { outboundAddresses: row.outboundAddresses }),
    },
  };
}

/** An empty `identity` stands beside a user name, an empty user name beside an identity. */
function loginOf({ server, username, identity }: NonNullable<z.infer<typeof Row>["registries"]>[number]): ListedLogin {
  return (identity ?? "") !== ""
    ? { server, as: { kind: "identity", named: identity ?? "" } }
    : { server, as: { kind: "password", userName: username ?? "" } };
}
