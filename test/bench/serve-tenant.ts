import process from "node:process";
import { z } from "zod";
import { simulateAzure } from "../azure/simulate-azure.ts";
import type { World } from "../azure/world.ts";
import { tenantOfSize } from "../azure/worlds/tenant-of-size.ts";

/** What the bench is told of a generated tenant: how to reach it, and how few requests could audit it. */
export interface ServedTenant {
  readonly env: Readonly<Record<string, string>>;
  readonly least: Readonly<Record<"resourceGraph" | "resourceManager" | "graph", number>>;
}

const Assignment = z.object({ properties: z.object({ principalId: z.string(), principalType: z.string() }) });
const Cluster = z.object({
  properties: z.object({ identityProfile: z.object({ kubeletidentity: z.object({ objectId: z.string() }) }) }),
});

const Registry = z.object({ sku: z.object({ name: z.string() }) });
const App = z.object({ passwordCredentials: z.array(z.object({ endDateTime: z.string() })) });

/** Serves one generated tenant in a process of its own, so that the memory measured is the product's alone. */
const subscriptions = Number(process.argv[2]);
const world = tenantOfSize({ subscriptions, now: new Date() });
const azure = await simulateAzure(world);
process.send?.({ env: azure.env, least: leastRequests(world) } satisfies ServedTenant);
process.on("disconnect", () => process.exit());

/**
 * What no auditor that reads the same facts could do with less: each list in full pages, per subscription its registries and
 * deny assignments, per registry its cache rules and, of a Premium one, its connected registries, and one confirmation for
 * each cluster that no grant lets pull.
 */
function leastRequests({ subscriptions: all, resources, roleAssignments, graph }: World): ServedTenant["least"] {
  const pages = (count: number, size: number) => Math.max(1, Math.ceil(count / size));
  const ofType = (type: string) => resources.filter((resource) => resource.type.toLowerCase() === type);
  const registries = ofType("microsoft.containerregistry/registries");
  const premium = registries.filter((registry) => Registry.parse(registry).sku.name === "Premium");
  const clusters = ofType("microsoft.containerservice/managedclusters");
  const granted = new Set(roleAssignments.map((one) => Assignment.parse(one).properties.principalId));
  const ungranted = clusters.filter(
    (cluster) => !granted.has(Cluster.parse(cluster).properties.identityProfile.kubeletidentity.objectId),
  );
  /** No list tells federated credentials, and they decide where no other credential lasts. */
  const unlasting = graph.applications.filter(
    (one) =>
      !App.parse(one).passwordCredentials.some(
        ({ endDateTime }) => Date.parse(endDateTime) > Date.now() + 30 * 86_400_000,
      ),
  );
  const groups = new Set(
    roleAssignments
      .map((one) => Assignment.parse(one).properties)
      .filter(({ principalType }) => principalType === "Group")
      .map(({ principalId }) => principalId),
  );
  return {
    resourceGraph:
      pages(all.length, 1000) +
      pages(registries.length, 1000) +
      pages(clusters.length, 1000) +
      pages(roleAssignments.length, 1000) +
      1 + // custom roles
      pages(ofType("microsoft.compute/virtualmachinescalesets").length, 1000) +
      5 + // container apps with jobs, container groups, sites, workspaces, tasks
      3, // private endpoints, virtual networks with public addresses and private zones, replicas
    resourceManager: 1 + 1 + 2 * all.length + registries.length + premium.length + ungranted.length,
    graph:
      pages(graph.servicePrincipals.length, 999) +
      pages(graph.applications.length, 999) +
      groups.size +
      unlasting.length,
  };
}
