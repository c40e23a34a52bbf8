import type { Puller, RegistryNeed } from "./facts.ts";
import { learnedFrom } from "./learned-from.ts";
import { parseResourceId } from "./resource-id.ts";

/** What rules about workloads that pull say of one and of a registry it needs. */
export function workloadEvidence({ id, name, kind }: Puller, need: RegistryNeed) {
  const place = parseResourceId(id);
  return {
    workload: name,
    workloadId: id,
    kind: kindNames[kind],
    subscription: place?.subscriptionId ?? "",
    group: place?.resourceGroup ?? "",
    resource: place?.name ?? name,
    registry: need.registryName,
    registryId: need.registryId,
    learned: need.learned.map((source) => learnedFrom[source]),
  };
}

/** How sentences call a kind of puller. */
export const kindNames: Readonly<Record<Puller["kind"], string>> = {
  aks: "cluster",
  containerApp: "container app",
  containerAppJob: "container app job",
  containerGroup: "container group",
  webApp: "web app",
  functionApp: "function app",
  webAppSlot: "deployment slot",
  mlWorkspace: "machine learning workspace",
  acrTask: "registry task",
  cacheRule: "cache rule",
  connectedRegistry: "connected registry",
};
