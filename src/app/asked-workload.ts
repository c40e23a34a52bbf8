import type { Connection } from "../azure/connection.ts";
import { AzureError } from "../azure/error.ts";
import { cluster } from "../collect/cluster.ts";
import { clusterScaleSets } from "../collect/cluster-scale-sets.ts";
import type { ListedCluster } from "../collect/clusters.ts";
import { collect } from "../collect/collector.ts";
import { existence } from "../collect/existence.ts";
import type { NamedResource } from "../collect/named-resources.ts";
import type { ListedRegistry } from "../collect/registries.ts";
import { registry } from "../collect/registry.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import { parentId, sameId } from "../core/resource-id.ts";
import { pullerKindOf } from "../core/subject-word.ts";
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
    const read = await orNone(connection, id, await collect(cluster, connection, id));
    if (!read.known) return read;
    const clientId = read.value.servicePrincipalClientId;
    return known({
      clusters: [read.value],
      workloads: { ...noWorkloads, nodePools: await collect(clusterScaleSets, connection, read.value) },
      clientIds: clientId === "" || /^msi$/i.test(clientId) ? [] : [clientId],
    });
  }
  const found = workloadCollectors.find(({ types }) => types.includes(type));
  const asked = found ? await collect(found.one, connection, id) : await readChild(connection, id);
  const read = await orNone(connection, id, asked);
  if (!read.known) return read;
  const identities = loginsTo(read.value, target).map(({ identity }) => identity);
  return known({
    clusters: [],
    workloads: { ...noWorkloads, workloads: [read.value] },
    clientIds: identities.flatMap(({ kind, clientId }) => (kind === "servicePrincipal" ? [clientId] : [])),
  });
}

/**
 * What Azure does not have is not there, and what it does not answer now is no answer about the workload. What is not
 * found may also belong to a workload that is there.
 */
async function orNone<T>(connection: Connection, id: string, read: Collected<T>): Promise<Collected<T>> {
  if (read.known) return read;
  const { reason, detail } = read.gap;
  if (reason === "forbidden" || reason === "malformed") return read;
  if (reason !== "notFound") throw new AzureError(reason, `read ${id}`, detail);
  if (await existence.read(connection, id)) return read;
  throw noneCalled("workload", id);
}

/** What a registry alone lists. */
async function readChild(connection: Connection, id: string): Promise<Collected<ListedWorkload>> {
  const parent = await collect(registry, connection, parentId(id));
  if (!parent.known) return parent;
  const { workloads, cacheRules, gaps } = await readChildren(connection, parent.value);
  const child = workloads.find((one) => sameId(one.id, id));
  if (child) return known(child);
  const ofRules = cacheRules.known ? [] : [cacheRules.gap];
  const [gap] = pullerKindOf(id) === "cacheRule" ? ofRules : gaps;
  return missing(gap ?? { fact: "puller", reason: "notFound", detail: `${id} is not among what its registry lists` });
}
