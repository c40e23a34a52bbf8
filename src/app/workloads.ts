import type { Connection } from "../azure/connection.ts";
import type { QueryScope } from "../azure/resource-graph.ts";
import { type Collector, collect } from "../collect/collector.ts";
import { containerApp } from "../collect/container-app.ts";
import { containerApps } from "../collect/container-apps.ts";
import { containerGroup } from "../collect/container-group.ts";
import { containerGroups } from "../collect/container-groups.ts";
import { mlWorkspace } from "../collect/ml-workspace.ts";
import { mlWorkspaces } from "../collect/ml-workspaces.ts";
import { scaleSets } from "../collect/scale-sets.ts";
import { site } from "../collect/site.ts";
import { siteContainers } from "../collect/site-containers.ts";
import { sites } from "../collect/sites.ts";
import { task } from "../collect/task.ts";
import { tasks } from "../collect/tasks.ts";
import type { WorkloadInventory } from "../collect/workload-inventory.ts";
import { type Collected, type Gap, known } from "../core/collected.ts";
import type { NodePool } from "../core/facts.ts";
import type { ListedWorkload } from "../core/workload.ts";
import { mapBounded } from "./map-bounded.ts";

/** The workloads besides clusters that pull images, and the scale sets that clusters run on. */
export interface Workloads {
  readonly workloads: readonly ListedWorkload[];
  readonly malformed: WorkloadInventory["malformed"];
  readonly nodePools: Collected<readonly NodePool[]>;
  /** Kinds that could not be listed. */
  readonly gaps: readonly Gap[];
}

export const noWorkloads: Workloads = { workloads: [], malformed: [], nodePools: known([]), gaps: [] };

/** What reads workloads, by their lower-cased resource types: all of them as Resource Graph lists them, and one as it is. */
export const workloadCollectors: readonly {
  readonly types: readonly string[];
  readonly all: Collector<QueryScope, WorkloadInventory>;
  readonly one: Collector<string, ListedWorkload>;
}[] = [
  { types: ["microsoft.app/containerapps", "microsoft.app/jobs"], all: containerApps, one: containerApp },
  { types: ["microsoft.containerinstance/containergroups"], all: containerGroups, one: containerGroup },
  { types: ["microsoft.web/sites", "microsoft.web/sites/slots"], all: { ...sites, read: readSites }, one: site },
  { types: ["microsoft.machinelearningservices/workspaces"], all: mlWorkspaces, one: mlWorkspace },
  { types: ["microsoft.containerregistry/registries/tasks"], all: tasks, one: task },
];

/** Costs one Resource Graph query for each kind, and one more where a kind keeps in two places what is wanted. */
export async function readWorkloads(connection: Connection, scope: QueryScope): Promise<Workloads> {
  const listed: Collected<WorkloadInventory>[] = [];
  for (const { all } of workloadCollectors) listed.push(await collect(all, connection, scope));
  return {
    workloads: listed.flatMap((one) => (one.known ? one.value.workloads : [])),
    malformed: listed.flatMap((one) => (one.known ? one.value.malformed : [])),
    nodePools: await collect(scaleSets, connection, scope),
    gaps: listed.flatMap((one) => (one.known ? [] : [one.gap])),
  };
}

/** Sites, with the containers of those that keep them as resources of their own. One that refuses is malformed. */
async function readSites(connection: Connection, scope: QueryScope): Promise<WorkloadInventory> {
  const { workloads, malformed, withSidecars } = await sites.read(connection, scope);
  const read = await mapBounded(
    withSidecars,
    4,
    async (id) => [id.toLowerCase(), await collect(siteContainers, connection, id)] as const,
  );
  const containers = new Map(read);
  return {
    workloads: workloads
      .filter(({ id }) => containers.get(id.toLowerCase())?.known !== false)
      .map((listed) => {
        const own = containers.get(listed.id.toLowerCase());
        return own?.known ? { ...listed, ...own.value } : listed;
      }),
    malformed: [
      ...malformed,
      ...[...containers].flatMap(([id, one]) => (one.known ? [] : [{ id, detail: one.gap.detail }])),
    ],
  };
}
