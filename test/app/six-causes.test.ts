import { describe, expect, test } from "vitest";
import { answerCanPull } from "../../src/app/can-pull.ts";
import type { PullAnswer } from "../../src/core/can-pull.ts";
import { atLeast } from "../../src/core/rule.ts";
import { auditor, azureWith, sweep } from "../audit.ts";
import type { World } from "../azure/world.ts";
import { addressRecordBody, privateDnsZoneBody, virtualNetworkLinkBody } from "../azure/worlds/private-dns-zone.ts";
import { privateEndpointBody } from "../azure/worlds/private-endpoint.ts";
import { privateEndpointConnectionBody } from "../azure/worlds/private-endpoint-connection.ts";
import {
  clusterPrincipal,
  foreignSubscription,
  pullApp,
  pullCluster,
  pullGrant,
  pullIds,
  pullRegistry,
  pullWorld,
} from "../azure/worlds/pull-world.ts";

const tags = { "acraudit-registries": "contosoprod" };
const { subscriptionId } = pullIds;

interface Cause {
  readonly world: World;
  readonly from: string;
  readonly answer: Partial<PullAnswer>;
  /** The finding's rule; exactly one about a workload is high or worse. */
  readonly rule: string;
  /** A rule that says the same of the principal, for everything that logs in as it. */
  readonly ofPrincipal?: string;
  readonly message: RegExp;
  readonly command: RegExp;
}

const cluster = pullCluster({ tags });
const expired = clusterPrincipal("2026-11-01T08:00:00Z");
const foreign = pullCluster({ tags, subscriptionId: pullIds.foreignSubscriptionId, tenantId: pullIds.foreignTenantId });
const refusing = pullRegistry("contosoprod", { sku: "Premium", defaultAction: "Deny", allowedIps: ["198.51.100.7"] });

/** The rows of the pull table in the article, one world for each. */
const causes: Readonly<Record<string, Cause>> = {
  "AKS is not attached to the registry": {
    world: pullWorld({ resources: [pullRegistry("contosoprod"), ...cluster.resources] }),
    from: "my-aks-cluster",
    answer: { answer: "deny", reason: "not-attached" },
    rule: "kubelet-cannot-pull",
    message: /has no grant that lets it pull/,
    command: /^az aks update .*--attach-acr \/subscriptions\/.*\/contosoprod$/,
  },
  "the pulling identity misses the pull role": {
    world: pullWorld({ resources: [pullRegistry("contosoprod"), ...pullApp()] }),
    from: "orders",
    answer: { answer: "deny", reason: "no-grant" },
    rule: "workload-cannot-pull",
    message: /orders pulls from contosoprod, but its identity .* has no grant/,
    command: /^az role assignment create .*--role AcrPull --scope .*\/contosoprod$/,
  },
  "the credential has expired": {
    world: pullWorld({
      resources: [
        pullRegistry("contosoprod"),
        ...pullCluster({ tags, servicePrincipalClientId: pullIds.clusterApplication }).resources,
      ],
      roleAssignments: [expired.grant],
      graph: { applications: [expired.application], servicePrincipals: [expired.principal], groups: [] },
    }),
    from: "my-aks-cluster",
    answer: { answer: "deny", reason: "credential-expired" },
    rule: "puller-principal-unusable",
    ofPrincipal: "principal-credential-expired",
    message: /whose last secret or certificate ended on 2026-11-01: it cannot log in\./,
    command:
      /^az aks update-credentials .*--reset-service-principal --service-principal \S+ --client-secret NEW_SECRET$/,
  },
  "the registry's firewall blocks the nodes": {
    world: pullWorld({
      resources: [refusing, ...cluster.resources],
      roleAssignments: [pullGrant(cluster.kubeletId)],
    }),
    from: "my-aks-cluster",
    answer: { answer: "deny", reason: "ip-not-allowed" },
    rule: "registry-out-of-reach",
    message: /refuses 203\.0\.113\.40/,
    command: /^az acr network-rule add --subscription \S+ --name contosoprod --ip-address 203\.0\.113\.40$/,
  },
  "it relies on the disabled admin user": {
    world: pullWorld({
      resources: [
        pullRegistry("contosoprod", { adminUserEnabled: false }),
        ...pullApp({ registries: [{ server: "contosoprod.azurecr.io", username: "contosoprod" }], userAssigned: [] }),
      ],
    }),
    from: "orders",
    answer: { answer: "deny", reason: "admin-user-disabled" },
    rule: "admin-user-still-used",
    message: /as its admin user, which is disabled/,
    command: /^az containerapp identity assign .*--system-assigned$/,
  },
  "the identity belongs to another tenant": {
    world: pullWorld({
      subscriptions: [foreignSubscription],
      resources: [pullRegistry("contosoprod"), ...foreign.resources],
      roleAssignments: [],
    }),
    from: "my-aks-cluster",
    answer: { answer: "deny", reason: "other-tenant" },
    rule: "kubelet-cannot-pull",
    message: /no grant lets a managed identity cross|another tenant|cross tenants/,
    command: /^az acr token create --subscription \S+ --registry contosoprod .*--scope-map _repositories_pull/,
  },
};

describe("of the six causes exactly one is reported when", () => {
  test.for(Object.entries(causes))("%s", async ([, { world, from, answer, rule, ofPrincipal, message, command }]) => {
    await azureWith(world);
    const { report } = await sweep(auditor());
    const bad = [...report.findings, ...report.upcoming].filter(({ severity }) => atLeast(severity, "high"));
    const ofWorkloads = bad.filter(({ subject }) => subject.kind === "puller");
    expect(ofWorkloads.map(({ ruleId }) => ruleId)).toEqual([rule]);
    expect(ofWorkloads[0]?.message).toMatch(message);
    const others = bad.filter(({ subject }) => subject.kind !== "puller");
    expect(others.map(({ ruleId }) => ruleId)).toEqual(ofPrincipal ? [ofPrincipal] : []);

    const pull = await answerCanPull(auditor(), { from, registry: "contosoprod" });
    expect(pull).toMatchObject(answer);
    expect(pull.also).toEqual([]);
    expect(pull.evidence.ruleIds).toEqual([rule]);
    expect(pull.remedy?.cli).toMatch(command);
    if (rule !== "registry-out-of-reach") expect(ofWorkloads[0]?.remediation.cli).toBe(pull.remedy?.cli);
    expect(pull.remedy?.bicep).toMatch(/resource \w+ 'Microsoft\./);
    expect(JSON.stringify(pull)).not.toMatch(/<\w+>|--admin-enabled true/);
  });
});

describe("the worked examples come out as they were written", () => {
  const attached = { roleAssignments: [pullGrant(cluster.kubeletId)] };
  const both = [pullRegistry("contosoprod"), pullRegistry("contosodev")];

  test("one: the image names the development registry, and the cluster is attached to the production one", async () => {
    await azureWith(pullWorld({ resources: [...both, ...cluster.resources], ...attached }));
    const asked = { from: "my-aks-cluster", registry: "contosodev.azurecr.io", repository: "shop/orders:2.1" };
    const pull = await answerCanPull(auditor(), asked);
    expect(pull).toMatchObject({ answer: "deny", reason: "not-its-registry", repositories: ["shop/orders"] });
    expect(pull.remedy?.text).toMatch(/Correct the image reference: it names contosodev\.azurecr\.io.*contosoprod/);
    expect(pull.remedy?.bicep).not.toMatch(/roleAssignments/);
    expect(await answerCanPull(auditor(), { ...asked, registry: "contosoprod" })).toMatchObject({ answer: "allow" });
  });

  test("one, where Azure shows the image: the app's registry settings name the production registry", async () => {
    const app = pullApp({ images: ["contosodev.azurecr.io/shop/orders:2.1"] });
    await azureWith(pullWorld({ resources: [...both, ...app], roleAssignments: [pullGrant(pullIds.appIdentity)] }));
    const { report } = await sweep(auditor());
    const found = report.findings.filter(({ ruleId }) => ruleId === "workload-cannot-pull");
    expect(found.map((one) => one.message)).toEqual([
      "orders pulls from contosodev as nobody: it is configured to log in to contosoprod.azurecr.io.",
    ]);
    expect(found[0]?.remediation.text).toMatch(/^Correct the image/);
  });

  test("two: the grant went to another registry when registries were attached again", async () => {
    const elsewhere = { roleAssignments: [pullGrant(cluster.kubeletId, pullIds.devRegistry)] };
    await azureWith(pullWorld({ resources: [...both, ...cluster.resources], ...elsewhere }));
    const pull = await answerCanPull(auditor(), { from: "my-aks-cluster", registry: "contosoprod" });
    expect(pull).toMatchObject({ answer: "deny", reason: "not-attached", evidence: { assignmentIds: [] } });
    expect(pull.contradicting).toEqual([expect.stringMatching(/^The same identity was granted contosodev \(/)]);
    expect(pull.remedy?.cli).toMatch(/--attach-acr .*contosoprod$/);
  });

  const endpointId = `/subscriptions/${subscriptionId}/resourceGroups/rg-network/providers/Microsoft.Network/privateEndpoints/pe-prod`;
  const behindEndpoint = [
    pullRegistry("contosoprod", {
      ...{ sku: "Premium", publicNetworkAccess: "Disabled", defaultAction: "Deny", dataEndpointEnabled: true },
      privateEndpointConnections: [
        privateEndpointConnectionBody({ registryId: pullIds.registry, privateEndpointId: endpointId }),
      ],
    }),
    privateEndpointBody({
      ...{ subscriptionId, resourceGroup: "rg-network", name: "pe-prod", registryId: pullIds.registry },
      subnetId: `${pullIds.network}/subnets/endpoints`,
      addresses: { "contosoprod.azurecr.io": "10.1.16.5", "contosoprod.westeurope.data.azurecr.io": "10.1.16.4" },
    }),
  ];
  const zone = privateDnsZoneBody({ subscriptionId, resourceGroup: "rg-network", name: "privatelink.azurecr.io" });
  const records = {
    [`${zone.id}/A`]: [
      addressRecordBody({ zoneId: zone.id, name: "contosoprod", addresses: ["10.1.16.5"] }),
      addressRecordBody({ zoneId: zone.id, name: "contosoprod.westeurope.data", addresses: ["10.1.16.4"] }),
    ],
  };

  const shut = { from: "my-aks-cluster", registry: "contosoprod" };

  test("three: the registry went behind a private endpoint, and no private zone was created", async () => {
    await azureWith(pullWorld({ resources: [...behindEndpoint, ...cluster.resources], ...attached }));
    const pull = await answerCanPull(auditor(), shut);
    expect(pull).toMatchObject({ answer: "deny", reason: "zone-missing", also: [] });
    expect(pull.notChecked).toContain("private zones in subscriptions that the identity cannot read");
    expect(pull.remedy?.cli).toMatch(/^az network private-dns zone create .*--name privatelink\.azurecr\.io$/);
    expect(pull.remedy?.bicep).toMatch(/virtualNetworkLinks/);

    const { report } = await sweep(auditor());
    const found = report.findings.filter(({ severity }) => atLeast(severity, "high"));
    expect(found.map(({ ruleId, message }) => [ruleId, message])).toEqual([
      [
        "registry-out-of-reach",
        "my-aks-cluster needs contosoprod, but no private zone has a record of its private endpoint, so vnet-aks asks the public address, which refuses it.",
      ],
    ]);
  });

  test("three, where the endpoint keeps its records in a zone that nobody shows: it may be linked", async () => {
    const hidden = `/subscriptions/${pullIds.foreignSubscriptionId}/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io`;
    const group = {
      name: "default",
      properties: { privateDnsZoneConfigs: [{ properties: { privateDnsZoneId: hidden } }] },
    };
    await azureWith(
      pullWorld({
        resources: [...behindEndpoint, ...cluster.resources],
        ...attached,
        children: { [`${endpointId}/privateDnsZoneGroups`]: [group] },
      }),
    );
    const pull = await answerCanPull(auditor(), shut);
    expect(pull).toMatchObject({ answer: "unknown", reason: "zones-not-known" });
    expect(pull.gaps.map(({ detail }) => detail)).toEqual([expect.stringContaining(hidden)]);
    expect(pull.remedy?.cli).toMatch(/^az network private-dns link vnet create .* --resource-group rg-dns /);
  });

  test("three, with the zone created and not linked", async () => {
    await azureWith(
      pullWorld({ resources: [...behindEndpoint, zone, ...cluster.resources], ...attached, children: records }),
    );
    const pull = await answerCanPull(auditor(), shut);
    expect(pull).toMatchObject({ answer: "deny", reason: "zone-not-linked", also: [] });
    expect(pull.remedy?.cli).toMatch(/^az network private-dns link vnet create .*--zone-name privatelink\.azurecr\.io/);
  });

  test("three, mended: with the zone linked the pull is allowed", async () => {
    const link = virtualNetworkLinkBody({ zoneId: zone.id, networkId: pullIds.network });
    await azureWith(
      pullWorld({ resources: [...behindEndpoint, zone, link, ...cluster.resources], ...attached, children: records }),
    );
    expect(await answerCanPull(auditor(), { from: "my-aks-cluster", registry: "contosoprod" })).toMatchObject({
      answer: "allow",
      reason: "allowed",
    });
  });
});
