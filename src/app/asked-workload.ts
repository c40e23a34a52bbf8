import type { Connection } from "../azure/connection.ts";
import { AzureError } from "../azure/error.ts";
import { cluster } from "../collect/cluster.ts";
import { clusterScaleSets } from "../collect/cluster-scale-sets.ts";
import type { ListedCluster } from "../collect/clusters.ts";
import { collect } from "../collect/collector.ts";
import type { NamedResource } from "../collect/named-resources.ts";
import type { ListedRegistry } from "../collect/registries.ts";
import { registry } from "../collect/registry.ts";
import { type Collected, known } from "../core/collected.ts";
import { parentId, sameId } from "../core/resource-id.ts";
import { type ListedWorkload, loginsTo } from "../core/workload.ts";
import { readChildren } from "./registry-children.ts";
import { noneCalled } from "./unclear-question.ts";
import { noWorkloads, type Workloads, workloadCollectors } from "./workloads.ts";

export const clusterType = "microsoft.containerservice/managedclusters";

export interface AskedWorkload {
  readonly clusters: readonly ListedCluster[];
  readonly workloads: Workloads;
  /** The service principals that it logs in as, if it does. */
  readonly clientIds: readonly string[];
}

/**
 * The workload as Resource Manager has it at this moment: a pipeline that has just changed it must not be told what
 * Resource Graph, which is minutes behind, still shows. A gap where it is there and cannot be read.
 */
export async function readAsked(
  connection: Connection,
  { id, type }: NamedResource,
  target: ListedRegistry,
): Promise<Collected<AskedWorkload>> {
  if (type === clusterType) {
    const read = orNone(id, await collect(cluster, connection, id));
    if (!read.known) return read;
    const clientId = read.value.servicePrincipalClientId;
    return known({
      clusters: [read.value],
      workloads: { ...noWorkloads, nodePools: await collect(clusterScaleSets, connection, read.value) },
      clientIds: clientId === "" || /^msi$/i.test(clientId) ? [] : [clientId],
    });
  }
  const found = workloadCollectors.find(({ types }) => types.includes(type));
  const read = found ? orNone(id, await collect(found.one, connection, id)) : known(await readChild(connection, id));
  if (!read.known) return read;
  const identities = loginsTo(read.value, target).map(({ identity }) => identity);
  return known({
    clusters: [],
    workloads: { ...noWorkloads, workloads: [read.value] },
    clientIds: identities.flatMap(({ kind, clientId }) => (kind === "servicePrincipal" ? [clientId] : [])),
  });
}

/** What Azure does not have is not there, and what it does not answer now is no answer about the workload. */
function orNone<T>(id: string, read: Collected<T>): Collected<T> {
  if (read.known) return read;
  const { reason, detail } = read.gap;
  if (reason === "notFound") throw noneCalled("workload", id);
  if (reason === "forbidden" || reason === "malformed") return read;
  throw new AzureError(reason, `read ${id}`, detail);
}

/** What a registry alone lists. */
async function readChild(connection: Connection, id: string): Promise<ListedWorkload> {
  const parent = orNone(id, await collect(registry, connection, parentId(id)));
  if (!parent.known) throw new AzureError(parent.gap.reason, `read ${id}`, parent.gap.detail);
  const { workloads, cacheRules, gaps } = await readChildren(connection, parent.value);
  const [gap] = cacheRules.known ? gaps : [cacheRules.gap, ...gaps];
  const child = workloads.find((one) => sameId(one.id, id));
  if (child) return child;
  throw gap ? new AzureError(gap.reason, `read ${id}`, gap.detail) : noneCalled("workload", id);
}
