import { z } from "zod";
import type { Connection } from "../azure/connection.ts";
import { type QueryScope, queryResourceGraph, type Rows } from "../azure/resource-graph.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import type { ListedLogin, ListedWorkload } from "../core/workload.ts";
import { Identity, identitiesOf } from "./assigned-identities.ts";
import type { Collector } from "./collector.ts";
import type { WorkloadInventory } from "./workload-inventory.ts";

/** A task or an agent pool, with what is asked of it. */
export const TaskRow = z.object({
  id: z.string(),
  name: z.string(),
  subscriptionId: z.string(),
  location: z.string(),
  identity: Identity,
  isSystemTask: z.boolean().nullish(),
  loginMode: z.string(),
  sourceIdentity: z.string(),
  agentPool: z.string(),
  stepType: z.string(),
  contextPath: z.string(),
  baseImages: z.array(z.object({ registry: z.string().nullish(), repository: z.string().nullish() })).nullish(),
  /** Login servers of the registries that it has credentials for. */
  servers: z.array(z.string()).nullish(),
  type: z.string(),
  /** Of an agent pool. */
  subnetId: z.string(),
});

/** How a task logs in to another registry. */
export const CustomRegistryRow = z.object({
  id: z.string(),
  server: z.string(),
  identity: z.string(),
  userNameType: z.string(),
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
| project id, name, type, subscriptionId, location, identity, subnetId = tostring(properties.virtualNetworkSubnetResourceId), servers = bag_keys(properties.credentials.customRegistries), isSystemTask = tobool(properties.isSystemTask), loginMode = tostring(properties.credentials.sourceRegistry.loginMode), sourceIdentity = tostring(properties.credentials.sourceRegistry.identity), agentPool = tostring(properties.agentPoolName), stepType = tostring(properties.step.type), contextPath = tostring(properties.step.contextPath), baseImages = properties.step.baseImageDependencies
| order by id asc`,
      row: TaskRow,
    });
    const listed = rows.filter((row) => !isPool(row));
    const pools: Pools = new Map(rows.filter(isPool).map(({ id, subnetId }) => [id.toLowerCase(), subnetId]));
    const carrying = listed.some(({ servers }) => (servers ?? []).length > 0);
    const custom = carrying ? await readCredentials(connection, scope) : { rows: [], malformed: [] };
    const byTask = Map.groupBy(custom.rows, ({ id }) => id.toLowerCase());
    const unread = new Set(custom.malformed.map(({ id }) => id.toLowerCase()));
    return {
      workloads: listed
        .filter(({ isSystemTask }) => isSystemTask !== true) // quick runs, which go away
        .filter(({ id }) => !unread.has(id.toLowerCase()))
        .map((row) => taskOf(row, byTask.get(row.id.toLowerCase()) ?? [], poolOf(row, pools))),
      malformed: [
        ...malformed.filter(({ id }) => !/\/agentPools\//i.test(id)), // not there for the tasks in it
        ...custom.malformed.map(({ id, detail }) => ({ id, detail: `a login to another registry: ${detail}` })),
      ],
    };
  },
};

/** `pool`: the subnet of the agent pool that it runs in; empty without one. */
export function taskOf(
  row: z.infer<typeof TaskRow>,
  own: readonly z.infer<typeof CustomRegistryRow>[],
  pool: Collected<string>,
): ListedWorkload {
  const { id, name, subscriptionId, location, identity, loginMode, sourceIdentity } = row;
  const registryId = registryOf(row);
  const logsIn = loginMode.toLowerCase() !== "none";
  return {
    kind: "acrTask",
    id,
    name: nameOf(id, name),
    subscriptionId: subscriptionId.toLowerCase(),
    images: [...own.map(({ server }) => `${server}/`), ...imagesNamed(row)],
    ...(logsIn && { registry: { id: registryId, learned: "task" } }),
    logins: [...own.map(loginOf), ...(logsIn ? [sourceLogin(registryId, sourceIdentity)] : []), ...loginsOfSteps(row)],
    identities: identitiesOf(identity),
    standing: { location, subnetIds: pool.known ? known(pool.value === "" ? [] : [pool.value]) : pool },
    literalPasswords: own
      .filter(({ passwordType }) => passwordType.toLowerCase() === "opaque")
      .map(({ server }) => server),
  };
}

/** The agent pool that a task runs in, by its id; undefined for one that runs where Azure has room. */
export function poolIdOf(row: z.infer<typeof TaskRow>): string | undefined {
  return row.agentPool === "" ? undefined : `${registryOf(row)}/agentPools/${row.agentPool}`;
}

function registryOf({ id }: z.infer<typeof TaskRow>): string {
  return id.replace(/\/tasks\/[^/]+$/i, "");
}

/** Ids of the subnets of agent pools by the lower-cased id of the pool; empty for a pool in none. https://learn.microsoft.com/azure/container-registry/tasks-agent-pools */
type Pools = ReadonlyMap<string, string>;

function isPool({ type }: z.infer<typeof TaskRow>): boolean {
  return type.toLowerCase() === "microsoft.containerregistry/registries/agentpools";
}

/** Asked only where some task logs in to other registries. */
async function readCredentials(
  connection: Connection,
  scope: QueryScope,
): Promise<Rows<z.infer<typeof CustomRegistryRow>>> {
  return queryResourceGraph(connection, {
    ...scope,
    name: "task credentials",
    query: `resources
| where type =~ 'microsoft.containerregistry/registries/tasks'
| mv-expand server = bag_keys(properties.credentials.customRegistries) to typeof(string)
| where isnotempty(server)
| project id, server, identity = tostring(properties.credentials.customRegistries[server].identity), userNameType = tostring(properties.credentials.customRegistries[server].userName.type), passwordType = tostring(properties.credentials.customRegistries[server].password.type)
| order by id asc, server asc`,
    row: CustomRegistryRow,
  });
}

function poolOf(row: z.infer<typeof TaskRow>, pools: Pools): Collected<string> {
  const id = poolIdOf(row);
  if (id === undefined) return known("");
  const subnetId = pools.get(id.toLowerCase());
  if (subnetId !== undefined) return known(subnetId);
  return missing({ fact: "vantage", reason: "notFound", detail: `the agent pool ${id} is not visible` });
}

/**
 * What the step is made from: its base images, which Azure notes when it has run, and a context that is kept in a
 * registry. What else a file of steps names is not read.
 * https://learn.microsoft.com/azure/container-registry/container-registry-tasks-base-images
 */
function imagesNamed({ contextPath, baseImages }: z.infer<typeof TaskRow>): readonly string[] {
  const bases = (baseImages ?? []).flatMap(({ registry, repository }) =>
    registry && repository ? [`${registry}/${repository}`] : [],
  );
  const [, context] = /^oci:\/\/(.+)$/i.exec(contextPath) ?? [];
  return [...new Set([...bases, ...(context === undefined ? [] : [context])])];
}

/** Steps other than a plain build run commands, which may log in to any registry themselves. */
function loginsOfSteps({ id, stepType }: z.infer<typeof TaskRow>): readonly ListedLogin[] {
  if (stepType.toLowerCase() === "docker") return [];
  const why = `${id} runs steps of its own, which may log in to registries and are not read`;
  return [{ server: "", as: { kind: "unclear", why } }];
}

/**
 * Beside a user name and a password in a key vault an identity is the one that reads the vault.
 * https://learn.microsoft.com/azure/container-registry/container-registry-tasks-authentication-key-vault
 */
function loginOf({ server, identity, userNameType, passwordType }: z.infer<typeof CustomRegistryRow>): ListedLogin {
  return identity === "" || userNameType !== "" || passwordType !== ""
    ? { server, as: { kind: "password", userName: "" } }
    : { server, as: { kind: "identity", named: identity } };
}

/** How a task logs in to its own registry says nothing of others. */
function sourceLogin(registryId: string, identity: string): ListedLogin {
  const none = identity === "" || /^\[?none\]?$/i.test(identity);
  return { server: registryId, as: none ? { kind: "taskDefault" } : { kind: "identity", named: identity } };
}

/** Resource Graph writes a task's name as `registry/task` or as `task` alone. */
function nameOf(id: string, name: string): string {
  if (name.includes("/")) return name;
  return /\/registries\/([^/]+)\/tasks\/([^/]+)/i.exec(id)?.slice(1).join("/") ?? name;
}
