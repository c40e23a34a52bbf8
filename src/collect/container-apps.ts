import { z } from "zod";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import type { ListedLogin, ListedWorkload } from "../core/workload.ts";
import { Identity, identitiesOf } from "./assigned-identities.ts";
import type { Collector } from "./collector.ts";
import type { WorkloadInventory } from "./workload-inventory.ts";

/** A container app, a job or an environment of them, with what is asked of it. */
export const ContainerAppRow = z.object({
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
  /** Of an environment. */
  subnetId: z.string(),
  outboundAddresses: z.array(z.string()).nullish(),
});

/**
 * Container apps and jobs with their environments, in one query, and how they log in to registries, which may be as
 * their environment. Only images are taken from the containers: the rest of them may hold secrets.
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
| where type in~ ('microsoft.app/containerapps', 'microsoft.app/jobs', 'microsoft.app/managedenvironments')
| project id, name, type, subscriptionId, location, identity, subnetId = tostring(properties.vnetConfiguration.infrastructureSubnetId), images = extract_all('"image":"([^"]+)"', strcat(tostring(properties.template.containers), tostring(properties.template.initContainers))), registries = properties.configuration.registries, environmentId = tostring(coalesce(properties.environmentId, properties.managedEnvironmentId)), outboundAddresses = properties.outboundIpAddresses
| order by id asc`,
      row: ContainerAppRow,
    });
    const byId = new Map(rows.filter(isEnvironment).map((one) => [one.id.toLowerCase(), one]));
    const environmentOf = ({ id, environmentId }: z.infer<typeof ContainerAppRow>) => {
      const environment = byId.get(environmentId.toLowerCase());
      const detail = `the environment ${environmentId} of ${id} is not visible`;
      return environment ? known(environment) : missing({ fact: "environment", reason: "notFound", detail });
    };
    return {
      workloads: rows.filter((row) => !isEnvironment(row)).map((row) => containerAppOf(row, environmentOf(row))),
      malformed: malformed.filter(({ id }) => !/\/managedEnvironments\//i.test(id)), // not there for the apps in it
    };
  },
};

function isEnvironment({ type }: z.infer<typeof ContainerAppRow>): boolean {
  return type.toLowerCase() === "microsoft.app/managedenvironments";
}

/** What a container app takes from the environment that it runs in. */
export type ContainerEnvironment = Pick<z.infer<typeof ContainerAppRow>, "identity" | "subnetId">;

export function containerAppOf(
  row: z.infer<typeof ContainerAppRow>,
  environment: Collected<ContainerEnvironment>,
): ListedWorkload {
  return {
    kind: row.type.toLowerCase().endsWith("/jobs") ? "containerAppJob" : "containerApp",
    id: row.id,
    name: row.name,
    subscriptionId: row.subscriptionId.toLowerCase(),
    images: row.images ?? [],
    logins: (row.registries ?? []).map(loginOf),
    identities: {
      ...identitiesOf(row.identity),
      environment: environment.known
        ? known(identitiesOf(environment.value.identity))
        : missing({ ...environment.gap, fact: "identity" }),
    },
    standing: {
      location: row.location,
      subnetIds: environment.known
        ? known([environment.value.subnetId].filter((subnetId) => subnetId !== ""))
        : missing({ ...environment.gap, fact: "vantage" }),
      ...(row.outboundAddresses && { outboundAddresses: row.outboundAddresses }),
    },
  };
}

/** An empty `identity` stands beside a user name, an empty user name beside an identity. */
function loginOf({
  server,
  username,
  identity,
}: NonNullable<z.infer<typeof ContainerAppRow>["registries"]>[number]): ListedLogin {
  return (identity ?? "") !== ""
    ? { server, as: { kind: "identity", named: identity ?? "" } }
    : { server, as: { kind: "password", userName: username ?? "" } };
}
