import { z } from "zod";
import type { Connection } from "../azure/connection.ts";
import { type QueryScope, queryResourceGraph } from "../azure/resource-graph.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import type { ListedLogin } from "../core/workload.ts";
import { Identity, identitiesOf } from "./assigned-identities.ts";
import type { Collector } from "./collector.ts";
import type { WorkloadInventory } from "./workload-inventory.ts";

const Task = z.object({
  id: z.string(),
  name: z.string(),
  subscriptionId: z.string(),
  location: z.string(),
  identity: Identity,
  isSystemTask: z.boolean().nullish(),
  loginMode: z.string(),
  sourceIdentity: z.string(),
  agentPool: z.string(),
  /** Login servers of the registries that it has credentials for. */
  servers: z.array(z.string()).nullish(),
  type: z.string(),
  /** Of an agent pool. */
  subnetId: z.string(),
});

const CustomRegistry = z.object({
  id: z.string(),
  server: z.string(),
  identity: z.string(),
  passwordType: z.string(),
});

/**
 * Tasks of registries and the agent pools that they run in, with how they log in to their own registry and to others. The
 * values of their credentials stay where they are: only their types are asked for.
 * https://learn.microsoft.com/azure/container-registry/container-registry-tasks-authentication-managed-identity
 */
export const tasks: Collector<QueryScope, WorkloadInventory> = {
  id: "tasks",
  permissions: {
    actions: [
      "Microsoft.ContainerRegistry/registries/agentPools/read",
      "Microsoft.ContainerRegistry/registries/tasks/read",
      "Microsoft.ResourceGraph/resources/read",
    ],
  },
  read: async (connection, scope) => {
    const { rows, malformed } = await queryResourceGraph(connection, {
      ...scope,
      name: "tasks",
      query: `resources
| where type in~ ('microsoft.containerregistry/registries/tasks', 'microsoft.containerregistry/registries/agentpools')
| project id, name, type, subscriptionId, location, identity, subnetId = tostring(properties.virtualNetworkSubnetResourceId), servers = bag_keys(properties.credentials.customRegistries), isSystemTask = tobool(properties.isSystemTask), loginMode = tostring(properties.credentials.sourceRegistry.loginMode), sourceIdentity = tostring(properties.credentials.sourceRegistry.identity), agentPool = tostring(properties.agentPoolName)
| order by id asc`,
      row: Task,
    });
    const listed = rows.filter((row) => !isPool(row));
    const pools: Pools = new Map(rows.filter(isPool).map(({ id, subnetId }) => [id.toLowerCase(), subnetId]));
    const carrying = listed.some(({ servers }) => (servers ?? []).length > 0);
    const custom = carrying ? await readCredentials(connection, scope) : [];
    const byTask = Map.groupBy(custom, ({ id }) => id.toLowerCase());
    return {
      workloads: listed
        .filter(({ isSystemTask }) => isSystemTask !== true) // quick runs, which go away
        .map(({ id, name, subscriptionId, location, identity, loginMode, sourceIdentity, agentPool }) => {
          const own = byTask.get(id.toLowerCase()) ?? [];
          const registryId = id.replace(/\/tasks\/[^/]+$/i, "");
          return {
            kind: "acrTask",
            id,
            name: nameOf(id, name),
            subscriptionId: subscriptionId.toLowerCase(),
            images: own.map(({ server }) => `${server}/`),
            ...(loginMode.toLowerCase() !== "none" && {
              registry: { id: registryId, learned: "task" },
            }),
            logins: [...own.map(loginOf), sourceLogin(sourceIdentity)],
            identities: identitiesOf(identity),
            standing: {
              location,
              subnetIds: agentPool === "" ? known([]) : subnetsOf(`${registryId}/agentPools/${agentPool}`, pools),
            },
            literalPasswords: own
              .filter(({ passwordType }) => passwordType.toLowerCase() === "opaque")
              .map(({ server }) => server),
          };
        }),
      malformed: malformed.filter(({ id }) => !/\/agentPools\//i.test(id)), // not there for the tasks in it
    };
  },
};

/** Ids of the subnets of agent pools by the lower-cased id of the pool; empty for a pool in none. https://learn.microsoft.com/azure/container-registry/tasks-agent-pools */
type Pools = ReadonlyMap<string, string>;

function isPool({ type }: z.infer<typeof Task>): boolean {
  return type.toLowerCase() === "microsoft.containerregistry/registries/agentpools";
}

/** Asked only where some task logs in to other registries. */
async function readCredentials(
  connection: Connection,
  scope: QueryScope,
): Promise<readonly z.infer<typeof CustomRegistry>[]> {
  const { rows } = await queryResourceGraph(connection, {
    ...scope,
    name: "task credentials",
    query: `resources
| where type =~ 'microsoft.containerregistry/registries/tasks'
| mv-expand server = bag_keys(properties.credentials.customRegistries) to typeof(string)
| where isnotempty(server)
| project id, server, identity = tostring(properties.credentials.customRegistries[server].identity), passwordType = tostring(properties.credentials.customRegistries[server].password.type)
| order by id asc, server asc`,
    row: CustomRegistry,
  });
  return rows;
}

function subnetsOf(poolId: string, pools: Pools): Collected<readonly string[]> {
  const subnetId = pools.get(poolId.toLowerCase());
  if (subnetId === undefined) {
    return missing({ fact: "vantage", reason: "notFound", detail: `the agent pool ${poolId} is not visible` });
  }
  return known(subnetId === "" ? [] : [subnetId]);
}

function loginOf({ server, identity }: z.infer<typeof CustomRegistry>): ListedLogin {
  return identity === ""
    ? { server, as: { kind: "password", userName: "" } }
    : { server, as: { kind: "identity", named: identity } };
}

function sourceLogin(identity: string): ListedLogin {
  const none = identity === "" || /^\[?none\]?$/i.test(identity);
  return { server: "", as: none ? { kind: "taskDefault" } : { kind: "identity", named: identity } };
}

/** Resource Graph writes a task's name as `registry/task` or as `task` alone. */
function nameOf(id: string, name: string): string {
  if (name.includes("/")) return name;
  return /\/registries\/([^/]+)\/tasks\/([^/]+)/i.exec(id)?.slice(1).join("/") ?? name;
}
