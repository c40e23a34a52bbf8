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
});

const CustomRegistry = z.object({
  id: z.string(),
  server: z.string(),
  identity: z.string(),
  passwordType: z.string(),
});

const AgentPool = z.object({ id: z.string(), subnetId: z.string() });

/**
 * Tasks of registries, with how they log in to their own registry and to others. The values of their credentials stay
 * where they are: only their types are asked for.
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
| where type =~ 'microsoft.containerregistry/registries/tasks'
| project id, name, subscriptionId, location, identity, isSystemTask = tobool(properties.isSystemTask), loginMode = tostring(properties.credentials.sourceRegistry.loginMode), sourceIdentity = tostring(properties.credentials.sourceRegistry.identity), agentPool = tostring(properties.agentPoolName)
| order by id asc`,
      row: Task,
    });
    if (rows.length === 0) return { workloads: [], malformed };
    const custom = await queryResourceGraph(connection, {
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
    const byTask = Map.groupBy(custom.rows, ({ id }) => id.toLowerCase());
    const pools = rows.some(({ agentPool }) => agentPool !== "") ? await readPools(connection, scope) : noPools;
    return {
      workloads: rows
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
      malformed,
    };
  },
};

/** Ids of the subnets of agent pools by the lower-cased id of the pool; empty for a pool in none. */
type Pools = ReadonlyMap<string, string>;

const noPools: Pools = new Map();

/** https://learn.microsoft.com/azure/container-registry/tasks-agent-pools */
async function readPools(connection: Connection, scope: QueryScope): Promise<Pools> {
  const { rows } = await queryResourceGraph(connection, {
    ...scope,
    name: "agent pools",
    query: `resources
| where type =~ 'microsoft.containerregistry/registries/agentpools'
| project id, subnetId = tostring(properties.virtualNetworkSubnetResourceId)
| order by id asc`,
    row: AgentPool,
  });
  return new Map(rows.map(({ id, subnetId }) => [id.toLowerCase(), subnetId]));
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
