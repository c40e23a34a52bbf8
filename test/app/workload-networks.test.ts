import { describe, expect, test } from "vitest";
import { answerCanPull } from "../../src/app/can-pull.ts";
import { auditor, azureWith, someday, sweep } from "../audit.ts";
import { agentPoolBody } from "../azure/worlds/agent-pool.ts";
import { containerAppBody, containerEnvironmentBody } from "../azure/worlds/container-app.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { natGatewayBody } from "../azure/worlds/nat-gateway.ts";
import { addressRecordBody, privateDnsZoneBody, virtualNetworkLinkBody } from "../azure/worlds/private-dns-zone.ts";
import { privateEndpointBody } from "../azure/worlds/private-endpoint.ts";
import { privateEndpointConnectionBody } from "../azure/worlds/private-endpoint-connection.ts";
import { publicAddressBody } from "../azure/worlds/public-address.ts";
import { pullGrant, pullIds, pullRegistry, pullWorld } from "../azure/worlds/pull-world.ts";
import { registryTaskBody } from "../azure/worlds/registry-task.ts";
import { siteBody } from "../azure/worlds/site.ts";
import { virtualNetworkBody } from "../azure/worlds/virtual-network.ts";

const { subscriptionId } = pullIds;
const apps = { subscriptionId, resourceGroup: "rg-apps" };
const network = { subscriptionId, resourceGroup: "rg-network" };
const image = "contosoprod.azurecr.io/shop/web:1";

type Resources = ReturnType<typeof pullWorld>["resources"];

async function ask(from: string, resources: Resources, granted: readonly string[] = [from], children = {}) {
  await azureWith(pullWorld({ resources, roleAssignments: granted.map((id) => pullGrant(id)), children }));
  return answerCanPull(auditor(), { from, registry: "contosoprod" });
}

describe("a container app that logs in as its environment", () => {
  const lent = pullIds.appIdentity.replace("id-orders", "id-environment");
  const env = (identity: { systemAssigned?: boolean; userAssigned?: readonly string[] } = {}) =>
    containerEnvironmentBody({ ...apps, name: "env", ...identity });
  const app = (identity: string, kind: "containerApps" | "jobs" = "containerApps") =>
    containerAppBody({
      ...{ ...apps, name: "orders", kind, images: [image] },
      registries: [{ server: "contosoprod.azurecr.io", identity }],
    });
  const registry = pullRegistry("contosoprod");

  test.for([
    ["as the environment itself", "system-environment", env({ systemAssigned: true }), env().id],
    ["as an identity that the environment has", lent, env({ userAssigned: [lent] }), lent],
  ] as const)("pulls %s", async ([, identity, environment, granted]) => {
    for (const one of [app(identity), app(identity, "jobs")]) {
      expect(await ask(one.id, [registry, environment, one], [granted])).toMatchObject({ answer: "allow" });
    }
    const other = pullIds.appIdentity;
    const one = app(identity);
    expect(await ask(one.id, [registry, environment, one], [other])).toMatchObject({
      answer: "deny",
      reason: "no-grant",
    });
  });

  test.for(["system-environment", lent])("cannot as %s where the environment has no identity", async (identity) => {
    const one = app(identity);
    const pull = await ask(one.id, [registry, env(), one], [lent, env().id]);
    expect(pull).toMatchObject({ answer: "deny", reason: "identity-not-assigned" });
  });

  test.for(["system-environment", lent])("is unknown as %s where the environment is not visible", async (identity) => {
    const one = app(identity);
    const pull = await ask(one.id, [registry, one], [lent, env().id]);
    expect(pull).toMatchObject({ answer: "unknown", reason: "identity-not-known" });
    expect(pull.gaps.map(({ detail }) => detail)).toEqual([expect.stringMatching(`^get ${env().id}: answered 404`)]);
  });
});

const networkId = `/subscriptions/${subscriptionId}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-apps`;
const subnetId = `${networkId}/subnets/apps`;
const address = publicAddressBody({ ...network, name: "ip-out", address: "203.0.113.77" });
const gateway = natGatewayBody({ ...network, name: "nat", addressIds: [address.id] });

function appsNetwork(natGatewayId?: string, serviceEndpoints: readonly string[] = []) {
  const addressPrefix = "10.2.0.0/24";
  return virtualNetworkBody({
    ...{ ...network, name: "vnet-apps", addressPrefix: "10.2.0.0/16" },
    subnets: {
      apps: natGatewayId === undefined ? addressPrefix : { addressPrefix, natGatewayId, serviceEndpoints },
      endpoints: "10.2.1.0/24",
    },
  });
}

const site = (more: Partial<Parameters<typeof siteBody>[0]> = {}) =>
  siteBody({ ...apps, name: "portal", image, usesIdentity: true, systemAssigned: true, ...more });

const pooled = (agentPool?: string) =>
  registryTaskBody({
    ...{ registryId: pullIds.registry, name: "build", systemAssigned: true, sourceIdentity: "[system]" },
    ...(agentPool !== undefined && { agentPool }),
  });
const pool = (subnet?: string) =>
  agentPoolBody({ registryId: pullIds.registry, name: "inside", ...(subnet !== undefined && { subnetId: subnet }) });

describe("behind a private endpoint", () => {
  const endpointId = `/subscriptions/${subscriptionId}/resourceGroups/rg-network/providers/Microsoft.Network/privateEndpoints/pe-prod`;
  const shut = { sku: "Premium", publicNetworkAccess: "Disabled", defaultAction: "Deny" } as const;
  const zone = privateDnsZoneBody({ ...network, name: "privatelink.azurecr.io" });
  const behind = [
    pullRegistry("contosoprod", {
      ...{ ...shut, dataEndpointEnabled: true },
      privateEndpointConnections: [
        privateEndpointConnectionBody({ registryId: pullIds.registry, privateEndpointId: endpointId }),
      ],
    }),
    privateEndpointBody({
      ...{ ...network, name: "pe-prod", registryId: pullIds.registry, subnetId: `${networkId}/subnets/endpoints` },
      addresses: { "contosoprod.azurecr.io": "10.2.1.5", "contosoprod.westeurope.data.azurecr.io": "10.2.1.4" },
    }),
    ...[appsNetwork(), zone],
  ];
  const linked = [...behind, virtualNetworkLinkBody({ zoneId: zone.id, networkId })];
  const records = {
    [`${zone.id}/A`]: [
      addressRecordBody({ zoneId: zone.id, name: "contosoprod", addresses: ["10.2.1.5"] }),
      addressRecordBody({ zoneId: zone.id, name: "contosoprod.westeurope.data", addresses: ["10.2.1.4"] }),
    ],
  };
  const from = (one: { readonly id: string; readonly type: string }, around: Resources) =>
    ask(one.id, [...around, one], [one.id], records);

  test.for([
    ["imagePullTraffic", { outboundVnetRouting: { allTraffic: false, imagePullTraffic: true } }],
    ["allTraffic, whatever it says of pulls", { outboundVnetRouting: { allTraffic: true, imagePullTraffic: false } }],
    ["the older vnetImagePullEnabled", { vnetRouteAllEnabled: false, vnetImagePullEnabled: true }],
  ] as const)("a site pulls over its network by %s", async ([, routing]) => {
    expect(await from(site({ subnetId, routing }), linked)).toMatchObject({
      answer: "allow",
      evidence: { facts: { network: "private-endpoint" } },
    });
  });

  test.for([
    ["what the app sends", { outboundVnetRouting: { applicationTraffic: true, imagePullTraffic: false } }],
    ["storage and backups", { outboundVnetRouting: { contentShareTraffic: true, imagePullTraffic: false } }],
    ["all that the app sends, in older words", { vnetRouteAllEnabled: true, vnetImagePullEnabled: false }],
  ] as const)("a site does not where it routes %s alone, and it is said how to mend it", async ([, routing]) => {
    const past = site({ subnetId, routing });
    const pull = await from(past, linked);
    expect(pull).toMatchObject({
      answer: "deny",
      reason: "public-disabled",
      evidence: { facts: { imagePull: "not over a virtual network", unusedSubnetId: subnetId } },
      remedy: { cli: `az resource update --ids ${past.id} --set properties.outboundVnetRouting.imagePullTraffic=true` },
    });
    expect(pull.remedy?.bicep).toMatch(/outboundVnetRouting: \{ imagePullTraffic: true \}/);
    expect(pull.notChecked.join()).toMatch(/WEBSITE_PULL_IMAGE_OVER_VNET/);
  });

  test("a site that is integrated with no network has to be first", async () => {
    const pull = await from(site({ slot: "next" }), linked);
    expect(pull).toMatchObject({
      answer: "deny",
      remedy: { cli: expect.stringMatching(/virtualNetworkSubnetId=SUBNET_ID properties\.outboundVnetRouting/) },
    });
    expect(pull.remedy?.bicep).toMatch(/'Microsoft\.Web\/sites\/slots@/);
    expect(pull.evidence.facts).not.toHaveProperty("unusedSubnetId");
    expect(pull.notChecked.join()).not.toMatch(/WEBSITE_PULL_IMAGE_OVER_VNET/);
  });

  test("a site that has no say in it is unknown", async () => {
    const environmentId = `/subscriptions/${subscriptionId}/resourceGroups/rg-apps/providers/Microsoft.Web/hostingEnvironments/ase`;
    const silent = await from(site({ subnetId, routing: {} }), linked);
    expect(silent).toMatchObject({ answer: "unknown", reason: "network-not-known" });
    expect(silent.gaps[0]?.detail).toMatch(/does not say whether it pulls through .*subnets\/apps$/);
    const isolated = await from(site({ routing: { hostingEnvironmentProfile: { id: environmentId } } }), linked);
    expect(isolated).toMatchObject({ answer: "unknown", reason: "network-not-known" });
    expect(isolated.gaps[0]?.detail).toMatch(/hostingEnvironments\/ase, in which .* stands, is not read$/);
    const managedEnvironmentId = environmentId.replace("Microsoft.Web/hosting", "Microsoft.App/managed");
    const app = {
      ...site({ routing: { managedEnvironmentId } }),
      kind: "functionapp,linux,container,azurecontainerapps",
    };
    const amongApps = await from(app, linked);
    expect(amongApps).toMatchObject({ answer: "unknown", reason: "network-not-known" });
    expect(amongApps.gaps[0]?.detail).toMatch(/managedEnvironments\/ase, in which .* stands, is not read$/);
  });

  test("a sweep tells a site past its network from one in no network and from one that is set right", async () => {
    const sites = [
      site({ name: "past", subnetId }),
      site({ name: "outside" }),
      site({ name: "right", subnetId, pullsThroughNetwork: true }),
    ];
    await azureWith(
      pullWorld({
        resources: [...linked, ...sites],
        roleAssignments: sites.map(({ id }) => pullGrant(id)),
        children: records,
      }),
    );
    const { report } = await sweep(auditor());
    const found = report.findings.filter(({ ruleId }) => ruleId === "registry-out-of-reach");
    expect(found.map(({ message }) => message).sort()).toEqual([
      "outside needs contosoprod, which refuses it: it is integrated with no virtual network, so it misses the private endpoint.",
      "past needs contosoprod, which refuses it: it does not pull over the virtual network that it is integrated with, so it misses the private endpoint.",
    ]);
  });

  test("a task in an agent pool pulls from the pool's subnet, without the bypass of tasks", async () => {
    expect(await from(pooled("Inside"), [...linked, pool(subnetId)])).toMatchObject({
      answer: "allow",
      evidence: { facts: { network: "private-endpoint" } },
    });
    expect(await from(pooled("inside"), [...behind, pool(subnetId)])).toMatchObject({
      answer: "deny",
      reason: "zone-not-linked",
    });
  });

  test.for([
    ["in no agent pool", undefined, []],
    ["in a pool of no subnet", "inside", [pool()]],
  ] as const)("a task %s needs the bypass", async ([, name, pools]) => {
    expect(await from(pooled(name), [...linked, ...pools])).toMatchObject({
      answer: "deny",
      reason: "tasks-bypass-off",
    });
  });

  test("a task in a pool that is not visible is unknown", async () => {
    const pull = await from(pooled("hidden"), [...linked, pool(subnetId)]);
    expect(pull).toMatchObject({ answer: "unknown", reason: "network-not-known" });
    expect(pull.gaps[0]?.detail).toMatch(/^get .*\/agentPools\/hidden: answered 404/);
  });

  test("a task in a pool of a subnet is not helped by the bypass where there is no way at all", async () => {
    const closed = [pullRegistry("contosoprod", shut), appsNetwork()];
    expect(await from(pooled("inside"), [...closed, pool(subnetId)])).toMatchObject({ reason: "public-disabled" });
    expect(await from(pooled(), closed)).toMatchObject({ reason: "tasks-bypass-off" });
  });
});

describe("a registry with rules for addresses", () => {
  const own = "20.50.2.10/31";
  const registry = (...allowedIps: readonly string[]) =>
    pullRegistry("contosoprod", { sku: "Premium", defaultAction: "Deny", allowedIps });
  const through = site({ subnetId, pullsThroughNetwork: true });
  const natted = [appsNetwork(gateway.id), gateway, address];

  test("sees a site that pulls through its subnet as the NAT gateway of that", async () => {
    expect(await ask(through.id, [registry("203.0.113.77"), through, ...natted])).toMatchObject({
      answer: "allow",
      evidence: { facts: { network: "ip-allowed", outboundAddresses: ["203.0.113.77"] } },
    });
    expect(await ask(through.id, [registry(own), through, ...natted])).toMatchObject({
      answer: "deny",
      reason: "ip-not-allowed",
      evidence: { facts: { refusedAddresses: ["203.0.113.77"] } },
    });
  });

  test("sees a site that pulls past its subnet as itself", async () => {
    const past = site({ subnetId });
    expect(await ask(past.id, [registry(own), past, ...natted])).toMatchObject({ answer: "allow" });
    expect(await ask(past.id, [registry("203.0.113.77"), past, ...natted])).toMatchObject({ answer: "deny" });
  });

  test.for([
    ["has no NAT gateway", [appsNetwork()], /has no NAT gateway, and its routes are not read$/],
    ["has a NAT gateway that is not visible", [appsNetwork(gateway.id)], /natgateways\/nat is not visible$/],
    ["has a NAT gateway whose address is not visible", [appsNetwork(gateway.id), gateway], /nat is not visible$/],
  ] as const)("cannot tell of a site whose subnet %s", async ([, around, detail]) => {
    const pull = await ask(through.id, [registry(own, "203.0.113.77"), through, ...around]);
    expect(pull).toMatchObject({ answer: "unknown", reason: "egress-not-known" });
    expect(pull.gaps.map((gap) => gap.detail)).toEqual([expect.stringMatching(detail)]);
  });

  test("sees a container app as the NAT gateway of its environment's subnet, and without one as itself", async () => {
    const app = containerAppBody({
      ...{ ...apps, name: "orders", images: [image], systemAssigned: true },
      registries: [{ server: "contosoprod.azurecr.io", identity: "system" }],
    });
    const env = containerEnvironmentBody({ ...apps, name: "env", subnetId });
    const from = (allowed: string, around: Resources) => ask(app.id, [registry(allowed), app, env, ...around]);
    expect(await from("203.0.113.77", natted)).toMatchObject({ answer: "allow" });
    expect(await from("20.231.246.122", natted)).toMatchObject({ answer: "deny", reason: "ip-not-allowed" });
    expect(await from("20.231.246.122", [appsNetwork()])).toMatchObject({ answer: "allow" });
    expect(await from("203.0.113.77", [appsNetwork()])).toMatchObject({ answer: "deny", reason: "ip-not-allowed" });
  });

  test("cannot tell of a container app whose environment is not visible, whatever addresses it names", async () => {
    const app = containerAppBody({
      ...{ ...apps, name: "orders", images: [image], systemAssigned: true },
      registries: [{ server: "contosoprod.azurecr.io", identity: "system" }],
    });
    expect(await ask(app.id, [registry("20.231.246.122"), app])).toMatchObject({
      answer: "unknown",
      reason: "egress-not-known",
    });
  });

  test("sees a task in an agent pool as the NAT gateway of the pool's subnet", async () => {
    const task = pooled("inside");
    const from = (allowed: string) => ask(task.id, [registry(allowed), task, pool(subnetId), ...natted]);
    expect(await from("203.0.113.77")).toMatchObject({ answer: "allow" });
    expect(await from("203.0.113.78")).toMatchObject({ answer: "deny", reason: "ip-not-allowed" });
  });

  test("cannot tell of what pulls through a subnet whose service endpoint may hide that gateway", async () => {
    const task = pooled("inside");
    const app = containerAppBody({
      ...{ ...apps, name: "orders", images: [image], systemAssigned: true },
      registries: [{ server: "contosoprod.azurecr.io", identity: "system" }],
    });
    const env = containerEnvironmentBody({ ...apps, name: "env", subnetId });
    const hidden = [appsNetwork(gateway.id, ["Microsoft.ContainerRegistry"]), gateway, address];
    for (const [one, beside] of [
      [through, []],
      [app, [env]],
      [task, [pool(subnetId)]],
    ] as const) {
      const pull = await ask(one.id, [registry("203.0.113.77"), one, ...beside, ...hidden]);
      expect(pull).toMatchObject({ answer: "unknown", reason: "egress-not-known" });
      expect(pull.gaps[0]?.detail).toContain("has the service endpoint for registries");
      expect(await ask(one.id, [registry("198.51.100.1"), one, ...beside, ...hidden])).toMatchObject({
        answer: "deny",
      });
    }
  });
});

/** Resource Graph takes fifteen queries in five seconds; whatever a tenant has, its inventory fits into that. */
test("an inventory of every kind of workload costs fifteen queries", async () => {
  const azure = await azureWith(defaultWorld(someday));
  await sweep(auditor());
  const queries = azure.requests.filter(({ path }) => /Microsoft\.ResourceGraph\/resources$/i.test(path));
  expect(queries).toHaveLength(15);
});
