import { z } from "zod";
import { getResource } from "../azure/resource.ts";
import { known, missing } from "../core/collected.ts";
import type { ListedWorkload } from "../core/workload.ts";
import { agentPool } from "./agent-pool.ts";
import { type Collector, collect } from "./collector.ts";
import { resourceBody } from "./resource-body.ts";
import { shaped } from "./shaped.ts";
import { CustomRegistryRow, poolIdOf, TaskRow, taskOf } from "./tasks.ts";

/** The first that says with `sourceRegistry.identity` who logs in to the task's own registry. */
const apiVersion = "2025-03-01-preview";

const Credentials = z.record(z.string(), z.unknown()).nullish();

/** One task of a registry and its agent pool as they are now: Resource Graph, which lists all, is minutes behind. */
export const task: Collector<string, ListedWorkload> = {
  id: "task",
  permissions: {
    actions: [
      "Microsoft.ContainerRegistry/registries/agentPools/read",
      "Microsoft.ContainerRegistry/registries/tasks/read",
    ],
  },
  read: async (connection, id) => {
    const body = resourceBody(await getResource(connection, id, apiVersion));
    const custom = shaped(Credentials, body.part("properties.credentials.customRegistries"), `get ${id}`) ?? {};
    const row = shaped(TaskRow, rowOf(body, Object.keys(custom)), `get ${id}`);
    const logins = Object.entries(custom).map(([server, one]) => loginRowOf(row.id, server, one));
    const poolId = poolIdOf(row);
    const pool = poolId === undefined ? known("") : await collect(agentPool, connection, poolId);
    return taskOf(
      row,
      shaped(z.array(CustomRegistryRow), logins, `get ${id}`),
      pool.known ? pool : missing({ ...pool.gap, fact: "vantage" }),
    );
  },
};

/** What the queries of `tasks` project. */
function rowOf({ columns, part, text }: ReturnType<typeof resourceBody>, servers: readonly string[]): unknown {
  const source = "properties.credentials.sourceRegistry";
  return {
    ...columns,
    servers,
    isSystemTask: part("properties.isSystemTask"),
    loginMode: text(`${source}.loginMode`),
    sourceIdentity: text(`${source}.identity`),
    agentPool: text("properties.agentPoolName"),
    stepType: text("properties.step.type"),
    contextPath: text("properties.step.contextPath"),
    baseImages: part("properties.step.baseImageDependencies"),
    subnetId: "",
  };
}

/** The values of credentials are left where they are: the types tell which kind they are of. */
function loginRowOf(id: string, server: string, credentials: unknown): unknown {
  const { text } = resourceBody(credentials);
  return {
    id,
    server,
    identity: text("identity"),
    userNameType: text("userName.type"),
    passwordType: text("password.type"),
  };
}
