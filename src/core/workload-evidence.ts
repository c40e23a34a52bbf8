import type { Puller, RegistryNeed } from "./facts.ts";
import { learnedFrom } from "./learned-from.ts";
import { parseResourceId } from "./resource-id.ts";

/** What rules about workloads that pull say of one and of a registry it needs. */
export function workloadEvidence(puller: Puller, need: RegistryNeed) {
  const { id, name, kind } = puller;
  const place = parseResourceId(id);
  return {
    workload: workloadName(puller, need),
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

/** How sentences call who pulls: the workload, with those of its containers that log in to the registry as the need says. */
export function workloadName({ name }: Pick<Puller, "name">, { containers }: Pick<RegistryNeed, "containers">): string {
  if (containers === undefined) return name;
  return `${name} (${containers.length === 1 ? "container" : "containers"} ${containers.join(", ")})`;
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
