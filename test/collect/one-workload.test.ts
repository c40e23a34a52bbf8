import { expect, test } from "vitest";
import { readWorkloads, workloadCollectors } from "../../src/app/workloads.ts";
import type { Connection } from "../../src/azure/connection.ts";
import { createMeter } from "../../src/azure/meter.ts";
import { cluster } from "../../src/collect/cluster.ts";
import { clusterScaleSets } from "../../src/collect/cluster-scale-sets.ts";
import { clusters } from "../../src/collect/clusters.ts";
import { scaleSets } from "../../src/collect/scale-sets.ts";
import { parseResourceId } from "../../src/core/resource-id.ts";
import { auditor, azureWith, someday } from "../audit.ts";
import type { SimulatedAzure } from "../azure/simulate-azure.ts";
import type { World } from "../azure/world.ts";
import { agentPoolBody } from "../azure/worlds/agent-pool.ts";
import { containerAppBody, containerEnvironmentBody } from "../azure/worlds/container-app.ts";
import { containerGroupBody } from "../azure/worlds/container-group.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { mlWorkspaceBody } from "../azure/worlds/ml-workspace.ts";
import { pullCluster, pullIds, pullRegistry, pullWorld } from "../azure/worlds/pull-world.ts";
import { registryTaskBody } from "../azure/worlds/registry-task.ts";
import { siteBody, siteContainerBody } from "../azure/worlds/site.ts";

const { subscriptionId, appIdentity, registry: registryId, network } = pullIds;
const place = { subscriptionId, resourceGroup: "rg-apps" };
const image = "contosoprod.azurecr.io/shop/web:1";
const subnetId = `${network}/subnets/nodes`;
const identities = { systemAssigned: true, userAssigned: [appIdentity] };
const env = containerEnvironmentBody({ ...place, name: "env", subnetId, ...identities });
const registries = [
  { server: "contosoprod.azurecr.io", identity: appIdentity },
  { server: "contosodev.azurecr.io", username: "contosodev" },
];
const sidecars = siteBody({ ...place, name: "sidecars", linuxFxVersion: "sitecontainers", systemAssigned: true });

/** Every kind with everything that is read of it. */
const everything = pullWorld({
  resources: [
    ...[pullRegistry("contosoprod"), pullRegistry("contosodev"), env, sidecars],
    ...pullCluster({
      controlPlaneIdentityId: appIdentity,
      artifactRegistryId: registryId,
      tags: { "AcrAudit-Registries": "contosoprod" },
      properties: { httpProxyConfig: { httpsProxy: "http://proxy:3128", noProxy: [".azurecr.io"] } },
    }).resources,
    pullCluster({ name: "aks-old", servicePrincipalClientId: pullIds.clusterApplication }).body,
    ...(["containerApps", "jobs"] as const).map((kind) =>
      containerAppBody({ ...place, name: `orders-${kind}`, kind, images: [image, image], registries, ...identities }),
    ),
    containerAppBody({ ...place, name: "homeless", images: [image], environmentId: env.id.replace(/env$/, "gone") }),
    containerGroupBody({ ...place, name: "batch", images: [image], credentials: registries, subnetIds: [subnetId] }),
    {
      ...siteBody({
        ...place,
        name: "portal",
        image,
        usesIdentity: true,
        identityClientId: "c",
        ...identities,
        subnetId,
      }),
      location: "West Europe",
    },
    siteBody({
      ...place,
      name: "portal",
      slot: "next",
      image,
      functionApp: true,
      routing: { vnetImagePullEnabled: true },
    }),
    siteBody({ ...place, name: "plain" }),
    siteBody({ ...place, name: "among-apps", image, functionApp: true, routing: { managedEnvironmentId: env.id } }),
    mlWorkspaceBody({ ...place, name: "models", registryId, systemAssigned: false, userAssigned: [appIdentity] }),
    agentPoolBody({ registryId, name: "inside", subnetId }),
    registryTaskBody({
      ...{ registryId, name: "build", agentPool: "inside", sourceIdentity: "[system]", ...identities },
      customRegistries: { "contosodev.azurecr.io": "[system]", "docker.io": "vault", "quay.io": "password" },
      step: {
        type: "EncodedTask",
        contextPath: "oci://contosodev.azurecr.io/context:1",
        baseImageDependencies: [{ registry: "contosoprod.azurecr.io", repository: "base" }],
      },
    }),
    registryTaskBody({ registryId, name: "plain", loginMode: "None" }),
  ],
  children: {
    [`${sidecars.id}/sitecontainers`]: [siteContainerBody(sidecars.id, "main", { image, authType: "SystemIdentity" })],
  },
});

const worlds = [
  ["of the default company", defaultWorld(someday)],
  ["with everything that is read", everything],
] as const;

test.for(worlds)("a workload %s is what Resource Graph lists, read from Resource Manager", async ([, world]) => {
  const { azure, connection } = await connectedTo(world);
  const { workloads, malformed, gaps } = await readWorkloads(connection, {});
  expect([...malformed, ...gaps]).toEqual([]);
  const kinds = new Set<string>();
  for (const listed of workloads) {
    const { one } = collectorOf(listed.id);
    kinds.add(one.id);
    const read = await one.read(connection, listed.id);
    if (listed.name === "homeless") {
      expect(listed.standing.subnetIds).toMatchObject({ known: false, gap: { fact: "vantage", reason: "notFound" } });
      expect(read.standing.subnetIds).toMatchObject({ known: false, gap: { fact: "vantage", reason: "notFound" } });
    } else expect(read).toEqual(listed);
    expect(JSON.stringify(read)).not.toMatch(/REDACTED|robot|GREETING/);
  }
  expect(kinds.size).toBe(workloadCollectors.length);
  azure.assertClean();
});

test.for(worlds)("a cluster %s is, with its scale sets, what Resource Graph lists", async ([, world]) => {
  const { connection } = await connectedTo(world);
  const { clusters: listed, malformed } = await clusters.read(connection, {});
  const pools = await scaleSets.read(connection, {});
  expect(malformed).toEqual([]);
  expect(listed).not.toEqual([]);
  for (const one of listed) {
    expect(await cluster.read(connection, one.id)).toEqual(one);
    const group = `/resourceGroups/${one.network.nodeResourceGroup}/`.toLowerCase();
    const own = pools.filter(({ id }) => id.toLowerCase().includes(group));
    if (own.length > 0) expect(await clusterScaleSets.read(connection, one)).toEqual(own);
  }
});

async function connectedTo(world: World): Promise<{ azure: SimulatedAzure; connection: Connection }> {
  const azure = await azureWith(world);
  return { azure, connection: auditor().connect(createMeter()) };
}

function collectorOf(id: string) {
  const type = parseResourceId(id)?.type ?? "";
  const found = workloadCollectors.find(({ types }) => types.includes(type));
  if (!found) throw new Error(`nothing reads ${id}`);
  return found;
}
