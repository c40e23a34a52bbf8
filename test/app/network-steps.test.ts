import { describe, expect, test } from "vitest";
import { answerCanPull } from "../../src/app/can-pull.ts";
import { auditor, azureWith, sweep } from "../audit.ts";
import type { Body } from "../azure/world.ts";
import { containerGroupBody } from "../azure/worlds/container-group.ts";
import { natGatewayBody } from "../azure/worlds/nat-gateway.ts";
import { addressRecordBody, privateDnsZoneBody, virtualNetworkLinkBody } from "../azure/worlds/private-dns-zone.ts";
import { privateEndpointBody, privateEndpointInterfaceBody } from "../azure/worlds/private-endpoint.ts";
import { privateEndpointConnectionBody } from "../azure/worlds/private-endpoint-connection.ts";
import { publicAddressBody } from "../azure/worlds/public-address.ts";
import { pullCluster, pullGrant, pullIds, pullRegistry, pullWorld } from "../azure/worlds/pull-world.ts";
import { replicationBody } from "../azure/worlds/replication.ts";
import { resourceBody } from "../azure/worlds/resource.ts";
import { scaleSetBody } from "../azure/worlds/scale-set.ts";
import { virtualNetworkBody } from "../azure/worlds/virtual-network.ts";

const { subscriptionId, registry: registryId, network: networkId } = pullIds;
const place = { subscriptionId, resourceGroup: "rg-network" };
const group = `/subscriptions/${subscriptionId}/resourceGroups/rg-network/providers/Microsoft.Network`;
const hubId = `${group}/virtualNetworks/vnet-hub`;
const hub = virtualNetworkBody({
  ...{ ...place, name: "vnet-hub", addressPrefix: "10.9.0.0/16" },
  subnets: { endpoints: "10.9.1.0/24" },
});

type Status = "Approved" | "Pending" | "Disconnected";
const connection = (name = "pe-prod", status: Status = "Approved") =>
  privateEndpointConnectionBody({ registryId, privateEndpointId: `${group}/privateEndpoints/${name}`, status });
const shut = (...connections: readonly Body[]) =>
  pullRegistry("contosoprod", {
    ...{ sku: "Premium", publicNetworkAccess: "Disabled", defaultAction: "Deny", dataEndpointEnabled: true },
    privateEndpointConnections: connections,
  });
const open = (...connections: readonly Body[]) =>
  pullRegistry("contosoprod", { sku: "Premium", privateEndpointConnections: connections });
const denying = (allowedIps: readonly string[], subnets: readonly string[] = []) =>
  pullRegistry("contosoprod", {
    sku: "Premium",
    properties: {
      networkRuleSet: {
        defaultAction: "Deny",
        ipRules: allowedIps.map((value) => ({ action: "Allow", value })),
        virtualNetworkRules: subnets.map((name) => ({
          action: "Allow",
          virtualNetworkSubnetResourceId: `${networkId}/subnets/${name}`,
        })),
      },
    },
  });

const addresses = { "contosoprod.azurecr.io": "10.1.16.5", "contosoprod.westeurope.data.azurecr.io": "10.1.16.4" };
const prod = { ...place, name: "pe-prod", registryId, subnetId: `${networkId}/subnets/endpoints` };
const endpoint = privateEndpointBody({ ...prod, addresses });
const hubEndpoint = privateEndpointBody({
  ...{ ...place, name: "pe-hub", registryId, subnetId: `${hubId}/subnets/endpoints` },
  addresses: { "contosoprod.azurecr.io": "10.9.1.5", "contosoprod.westeurope.data.azurecr.io": "10.9.1.4" },
});

const zoneIn = (resourceGroup: string) =>
  privateDnsZoneBody({ subscriptionId, resourceGroup, name: "privatelink.azurecr.io" });
const zone = zoneIn("rg-hub");
const link = (to: string = networkId, resolutionPolicy: "Default" | "NxDomainRedirect" = "Default") =>
  virtualNetworkLinkBody({ zoneId: zone.id, networkId: to, resolutionPolicy });
const recordsOf = (zoneId: string, records: Readonly<Record<string, readonly string[]>>) => ({
  [`${zoneId}/A`]: Object.entries(records).map(([name, found]) =>
    addressRecordBody({ zoneId, name, addresses: found }),
  ),
});
const login = { contosoprod: ["10.1.16.5"] };
const both = recordsOf(zone.id, { ...login, "contosoprod.westeurope.data": ["10.1.16.4"] });

const zoneLinked = (name: string) => {
  const own = privateDnsZoneBody({ subscriptionId, resourceGroup: "rg-hub", name });
  return [own, virtualNetworkLinkBody({ zoneId: own.id, networkId })] as const;
};
const dataZone = zoneLinked("westeurope.data.privatelink.azurecr.io");

const ruleset = resourceBody({ ...place, name: "spokes", type: "Microsoft.Network/dnsForwardingRulesets" });
const linksTo = (to: string) => ({
  [`${ruleset.id}/virtualNetworkLinks`]: [
    { id: `${ruleset.id}/virtualNetworkLinks/one`, name: "one", properties: { virtualNetwork: { id: to } } },
  ],
});
/** Its link to the cluster's network and its rules; one with a minus before its domain is off. */
const rulesFor = (...domains: readonly string[]) => ({
  ...linksTo(networkId),
  [`${ruleset.id}/forwardingRules`]: domains.map((domain, index) => ({
    ...{ id: `${ruleset.id}/forwardingRules/rule-${index}`, name: `rule-${index}` },
    properties: {
      domainName: domain.replace("-", ""),
      targetDnsServers: [{ ipAddress: "10.9.0.4", port: 53 }],
      forwardingRuleState: domain.startsWith("-") ? "Disabled" : "Enabled",
    },
  })),
});

const plain = pullCluster();
const profile = plain.body.properties as unknown as { networkProfile: Body; agentPoolProfiles: readonly Body[] };
const going = (networkProfile: Body, more: Body = {}) =>
  pullCluster({ properties: { networkProfile: { ...profile.networkProfile, ...networkProfile }, ...more } }).resources;
const through = (...ips: readonly string[]) => [
  ...ips.map((address, index) => publicAddressBody({ ...place, name: `ip-${index}`, address })),
  ...going({
    loadBalancerProfile: {
      effectiveOutboundIPs: ips.map((_, index) => ({ id: `${group}/publicIPAddresses/ip-${index}` })),
    },
  }),
];
type Subnets = Parameters<typeof virtualNetworkBody>[0]["subnets"];
const inSubnets = (subnets: Subnets, networkProfile: Body = {}) => [
  ...going(networkProfile, {
    agentPoolProfiles: Object.keys(subnets).map((name) => ({
      ...profile.agentPoolProfiles[0],
      name,
      vnetSubnetID: `${networkId}/subnets/${name}`,
    })),
  }).filter(({ id }) => id !== networkId),
  ...Object.keys(subnets).map((pool) => scaleSetBody({ cluster: plain.body, pool, identityIds: [plain.kubeletId] })),
  virtualNetworkBody({ ...place, name: "vnet-aks", addressPrefix: "10.1.0.0/16", subnets }),
];
const failing = (resources: ReturnType<typeof inSubnets>): typeof resources =>
  JSON.parse(
    JSON.stringify(resources).replaceAll(
      '"provisioningState":"Succeeded","service"',
      '"provisioningState":"Failed","service"',
    ),
  );
const proxy = { httpsProxy: "http://10.0.0.9:3128/" };
const proxied = (...noProxy: readonly string[]) =>
  pullCluster({ properties: { httpProxyConfig: { ...proxy, noProxy } } }).resources;
const unproxied = pullCluster({ properties: { httpProxyConfig: { ...proxy, enabled: false } } }).resources;
const north = pullCluster({ location: "northeurope" });
const near = (regionEndpointEnabled: boolean) =>
  replicationBody({ registryId, location: "northeurope", regionEndpointEnabled });
const gateway = natGatewayBody({ ...place, name: "nat", addressIds: [`${group}/publicIPAddresses/out`] });
const out = publicAddressBody({ ...place, name: "out", address: "198.51.100.9" });
const noWayOut = { outboundType: "none", loadBalancerProfile: null };
const acr = ["Microsoft.ContainerRegistry"];
const instance = containerGroupBody({
  ...{ subscriptionId, resourceGroup: "rg-apps", name: "my-aks-cluster", images: ["contosoprod.azurecr.io/a:1"] },
  credentials: [{ server: "contosoprod.azurecr.io", identity: pullIds.appIdentity }],
  userAssigned: [pullIds.appIdentity],
});

interface Row {
  readonly resources: ReturnType<typeof pullWorld>["resources"];
  readonly children?: Readonly<Record<string, Body[]>>;
  /** The answer with its reason, or with the way of the network where it is allowed. */
  readonly gives: string;
}

/** The steps of `reach`, from what Azure itself says to the answer. */
const steps: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  "step 1, a private endpoint that the network resolves": {
    "the zone is in the hub and linked to spokes alone": {
      resources: [shut(connection()), endpoint, zone, link(`${hubId}-2`), link(), ...plain.resources],
      children: both,
      gives: "allow/private-endpoint",
    },
    "a replica in the cluster's region has no record of its data": {
      resources: [shut(connection()), endpoint, zone, link(), near(true), ...north.resources],
      children: both,
      gives: "deny/data-record-missing",
    },
    "… but nobody is led to it": {
      resources: [shut(connection()), endpoint, zone, link(), near(false), ...north.resources],
      children: both,
      gives: "allow/private-endpoint",
    },
    "it is linked to other spokes": {
      resources: [shut(connection()), endpoint, zone, link(hubId), ...plain.resources],
      children: both,
      gives: "deny/zone-not-linked",
    },
    "a zone group keeps the records, and the interface has the addresses": {
      resources: [
        shut(connection()),
        privateEndpointBody({ ...prod, addresses: {} }),
        privateEndpointInterfaceBody({ ...prod, addresses }),
        ...[zone, link(), ...plain.resources],
      ],
      children: both,
      gives: "allow/private-endpoint",
    },
    "… which is not visible": {
      resources: [
        shut(connection()),
        privateEndpointBody({ ...prod, addresses: {} }),
        ...[zone, link(), ...plain.resources],
      ],
      children: both,
      gives: "unknown/endpoint-not-visible",
    },
    "the data endpoint has no record": {
      resources: [shut(connection()), endpoint, zone, link(), ...plain.resources],
      children: recordsOf(zone.id, login),
      gives: "deny/data-record-missing",
    },
    "… and its name falls back to the public address, which is open": {
      resources: [open(connection()), endpoint, zone, link(networkId, "NxDomainRedirect"), ...plain.resources],
      children: recordsOf(zone.id, login),
      gives: "allow/private-endpoint",
    },
    "the zone has addresses of two endpoints": {
      resources: [
        shut(connection(), connection("pe-hub")),
        ...[endpoint, hubEndpoint, hub, zone, link(), ...plain.resources],
      ],
      children: recordsOf(zone.id, {
        contosoprod: ["10.1.16.5", "10.9.1.5"],
        "contosoprod.westeurope.data": ["10.1.16.4", "10.9.1.4"],
      }),
      gives: "allow/private-endpoint",
    },
    "a zone of the region's data is linked and empty": {
      resources: [shut(connection()), endpoint, zone, link(), ...dataZone, ...plain.resources],
      children: both,
      gives: "deny/data-record-missing",
    },
    "… and has the record": {
      resources: [shut(connection()), endpoint, zone, link(), ...dataZone, ...plain.resources],
      children: { ...recordsOf(zone.id, login), ...recordsOf(dataZone[0].id, { contosoprod: ["10.1.16.4"] }) },
      gives: "allow/private-endpoint",
    },
    "a zone of the public name has the records": {
      resources: [shut(connection()), endpoint, ...zoneLinked("azurecr.io"), ...plain.resources],
      children: recordsOf(zoneLinked("azurecr.io")[0].id, { ...login, "contosoprod.westeurope.data": ["10.1.16.4"] }),
      gives: "allow/private-endpoint",
    },
    "wildcards answer, past names that have records of other types": {
      resources: [shut(connection()), endpoint, zone, link(), ...plain.resources],
      children: {
        ...recordsOf(zone.id, { "*": ["10.1.16.5"], "*.data": ["10.1.16.4"] }),
        [`${zone.id}/SOA`]: [{ id: `${zone.id}/SOA/@`, name: "@", properties: { ttl: 3600 } }],
      },
      gives: "allow/private-endpoint",
    },
    "… but not for a name that has a TXT record": {
      resources: [shut(connection()), endpoint, zone, link(), ...plain.resources],
      children: {
        ...recordsOf(zone.id, { "*": ["10.1.16.5"], "*.data": ["10.1.16.4"] }),
        [`${zone.id}/TXT`]: [{ id: `${zone.id}/TXT/contosoprod`, name: "contosoprod", properties: { ttl: 3600 } }],
      },
      gives: "deny/record-missing",
    },
    "a record leads on to another name": {
      resources: [shut(connection()), endpoint, zone, link(), ...plain.resources],
      children: {
        [`${zone.id}/CNAME`]: [
          {
            ...{ id: `${zone.id}/CNAME/contosoprod`, name: "contosoprod" },
            properties: { ttl: 300, cnameRecord: { cname: "acr.corp.example" } },
          },
        ],
      },
      gives: "unknown/zones-not-known",
    },
    "a ruleset sends the name on from where the zone is not linked": {
      resources: [shut(connection()), endpoint, hub, zone, link(hubId), ruleset, ...plain.resources],
      children: { ...both, ...rulesFor("privatelink.azurecr.io.") },
      gives: "unknown/custom-dns",
    },
    "… by rules that nobody shows": {
      resources: [shut(connection()), endpoint, hub, zone, link(hubId), ruleset, ...plain.resources],
      children: { ...both, ...rulesFor() },
      gives: "unknown/custom-dns",
    },
    "… by a rule that is off": {
      resources: [shut(connection()), endpoint, hub, zone, link(hubId), ruleset, ...plain.resources],
      children: { ...both, ...rulesFor("corp.example.", "-azurecr.io.") },
      gives: "deny/zone-not-linked",
    },
    "… from another network": {
      resources: [shut(connection()), endpoint, hub, zone, link(hubId), ruleset, ...plain.resources],
      children: { ...both, ...rulesFor("azurecr.io."), ...linksTo(hubId) },
      gives: "deny/zone-not-linked",
    },
    "the endpoint is gone, and its record is not": {
      resources: [shut(connection("pe-prod", "Disconnected")), zone, link(), ...plain.resources],
      children: both,
      gives: "deny/record-wrong-address",
    },
    "the endpoint is gone, and so is its record": {
      resources: [shut(connection("pe-prod", "Disconnected")), zone, link(), ...plain.resources],
      gives: "deny/private-endpoint-pending",
    },
    "somebody asks for an endpoint of an open registry, and the zone is there for others": {
      resources: [open(connection("pe-prod", "Pending")), zone, link(), ...plain.resources],
      children: recordsOf(zone.id, { other: ["10.1.16.9"] }),
      gives: "unknown/name-not-known",
    },
  },
  "step 2, public access is off": {
    "which overrides IP rules": {
      resources: [
        pullRegistry("contosoprod", {
          ...{ sku: "Premium", publicNetworkAccess: "Disabled", defaultAction: "Deny" },
          allowedIps: ["203.0.113.40"],
        }),
        ...plain.resources,
      ],
      gives: "deny/public-disabled",
    },
    "which no proxy gets past": { resources: [shut(), ...proxied()], gives: "deny/public-disabled" },
    "which the trusted services bypass gets past": { resources: [shut(), instance], gives: "allow/trusted-service" },
    "in a word that nobody documents": {
      resources: [
        pullRegistry("contosoprod", { sku: "Premium", properties: { publicNetworkAccess: "SecuredByPerimeter" } }),
        ...plain.resources,
      ],
      gives: "unknown/settings-not-known",
    },
  },
  "step 3, Allow by default": {
    "everyone gets in": { resources: [open(), ...plain.resources], gives: "allow/public-open" },
    "also a cluster without a way out of its own, whose subnet has a NAT gateway": {
      resources: [
        ...[open(), out, gateway],
        ...inSubnets({ a: { addressPrefix: "10.1.0.0/24", natGatewayId: gateway.id } }, noWayOut),
      ],
      gives: "allow/public-open",
    },
    "… and has none": {
      resources: [open(), ...inSubnets({ a: "10.1.0.0/24" }, noWayOut)],
      gives: "unknown/egress-not-known",
    },
    "but no cluster that blocks egress": {
      resources: [open(), ...going({ outboundType: "block" })],
      gives: "deny/no-public-egress",
    },
    "… and whose way to the endpoint lacks the zone": {
      resources: [open(connection()), endpoint, ...going({ outboundType: "block" })],
      gives: "deny/zone-missing",
    },
    "… which others do not need": {
      resources: [open(connection()), endpoint, ...plain.resources],
      gives: "allow/public-open",
    },
  },
  "step 4, Deny by default": {
    "one of three addresses is allowed": {
      resources: [denying(["198.51.100.1"]), ...through("198.51.100.1", "198.51.100.2", "198.51.100.3")],
      gives: "deny/ip-partly-allowed",
    },
    "the IPv4 address of a dual-stack cluster is allowed": {
      resources: [denying(["198.51.100.1/32"]), ...through("198.51.100.1", "2001:db8::1")],
      gives: "allow/ip-allowed",
    },
    "two subnets go out by one NAT gateway, whose id is in two cases": {
      resources: [
        ...[denying(["198.51.100.0/24"]), out, gateway],
        ...inSubnets(
          {
            a: { addressPrefix: "10.1.0.0/24", natGatewayId: gateway.id.toUpperCase() },
            b: { addressPrefix: "10.1.1.0/24", natGatewayId: gateway.id },
          },
          { outboundType: "userAssignedNATGateway" },
        ),
      ],
      gives: "allow/ip-allowed",
    },
    "one of two allowed subnets lacks the service endpoint": {
      resources: [
        denying([], ["a", "b"]),
        ...inSubnets({ a: { addressPrefix: "10.1.0.0/24", serviceEndpoints: acr }, b: "10.1.1.0/24" }),
      ],
      gives: "deny/service-endpoint-missing",
    },
    "the allowed subnet's service endpoint could not be made": {
      resources: [
        denying([], ["a"]),
        ...failing(inSubnets({ a: { addressPrefix: "10.1.0.0/24", serviceEndpoints: acr } })),
      ],
      gives: "deny/service-endpoint-missing",
    },
    "a subnet has the service endpoint and no rule, behind a firewall that may be allowed": {
      resources: [
        denying(["198.51.100.1"]),
        ...inSubnets(
          { a: { addressPrefix: "10.1.0.0/24", serviceEndpoints: acr } },
          { outboundType: "userDefinedRouting" },
        ),
      ],
      gives: "deny/service-endpoint-hides-address",
    },
    "virtual network rules take the bypass from trusted services": {
      resources: [denying([], ["a"]), instance],
      gives: "deny/trusted-services-barred",
    },
    "a proxy asks, whose address may be allowed": {
      resources: [denying(["198.51.100.1"]), ...proxied("localhost")],
      gives: "unknown/behind-proxy",
    },
    "… which is turned off": {
      resources: [denying(["198.51.100.1"]), ...unproxied],
      gives: "deny/ip-not-allowed",
    },
  },
};

describe.each(Object.entries(steps))("%s", (_, rows) => {
  test.for(Object.entries(rows))("%s", async ([, { resources, children = {}, gives }]) => {
    const roleAssignments = [pullGrant(plain.kubeletId), pullGrant(north.kubeletId), pullGrant(pullIds.appIdentity)];
    await azureWith(pullWorld({ resources, roleAssignments, children }));
    const pull = await answerCanPull(auditor(), { from: "my-aks-cluster", registry: "contosoprod" });
    const reason = pull.answer === "allow" ? pull.evidence.facts.network : pull.reason;
    expect(`${pull.answer}/${reason}`).toBe(gives);
    expect(pull.gaps.length > 0).toBe(pull.answer === "unknown");
  });
});

test("a missing private zone is mended in three steps, each with its own command", async () => {
  const alone = [shut(connection()), endpoint, ...plain.resources];
  const made = privateDnsZoneBody({ ...place, name: "privatelink.azurecr.io" });
  const kept = recordsOf(made.id, { ...login, "contosoprod.westeurope.data": ["10.1.16.4"] });
  const linked = virtualNetworkLinkBody({ zoneId: made.id, networkId });
  const asked = async (resources: Row["resources"], children: Row["children"] = {}) => {
    await azureWith(pullWorld({ resources, children, roleAssignments: [pullGrant(plain.kubeletId)] }));
    const { reason, remedy } = await answerCanPull(auditor(), { from: "my-aks-cluster", registry: "contosoprod" });
    return [reason, remedy?.cli.split(" --")[0]];
  };
  expect(await asked(alone)).toEqual(["zone-missing", "az network private-dns zone create"]);
  expect(await asked([...alone, made])).toEqual(["zone-missing", "az network private-endpoint dns-zone-group create"]);
  expect(await asked([...alone, made], kept)).toEqual(["zone-not-linked", "az network private-dns link vnet create"]);
  expect(await asked([...alone, made, linked], kept)).toEqual(["allowed", undefined]);
});

test("the endpoint of somebody else is not approved, and the zone of another network keeps its records", async () => {
  const asked = async (resources: Row["resources"], children: Row["children"] = {}) => {
    await azureWith(pullWorld({ resources, children, roleAssignments: [pullGrant(plain.kubeletId)] }));
    return (await answerCanPull(auditor(), { from: "my-aks-cluster", registry: "contosoprod" })).remedy?.cli;
  };
  const own = connection("pe-prod", "Pending");
  const waiting = [shut(connection("pe-hub", "Pending"), own), hubEndpoint, endpoint, hub, ...plain.resources];
  expect(await asked(waiting)).toMatch(
    new RegExp(`^az acr private-endpoint-connection approve .* --name ${own.name}$`),
  );
  expect(await asked([...waiting, zone, link()], both)).toMatch(new RegExp(` approve .* --name ${own.name}$`));
  const alone = [shut(connection("pe-hub", "Pending")), hubEndpoint, hub, ...plain.resources];
  expect(await asked(alone)).toMatch(/ approve .* --name CONNECTION_NAME$/);

  const empty = zoneIn("rg-spoke");
  const groups = {
    [`${endpoint.id}/privateDnsZoneGroups`]: [
      { name: "default", properties: { privateDnsZoneConfigs: [{ properties: { privateDnsZoneId: zone.id } }] } },
    ],
  };
  const spoke = virtualNetworkLinkBody({ zoneId: empty.id, networkId });
  const apart = [shut(connection()), endpoint, hub, zone, link(hubId), empty, spoke, ...plain.resources];
  expect(await asked(apart, { ...both, ...groups })).toMatch(
    /^az network private-dns record-set a add-record .* --resource-group rg-spoke .* --record-set-name contosoprod /,
  );
  expect(await asked([shut(connection()), endpoint, empty, spoke, ...plain.resources])).toMatch(
    /^az network private-endpoint dns-zone-group create /,
  );
});

test.for([
  ["an endpoint in the subscription of the network", [shut(), ...plain.resources]],
  ["every address that is refused", [denying(["192.0.2.1"]), ...through("198.51.100.1", "198.51.100.2")]],
  ["every address where there is no rule at all", [denying([]), ...through("198.51.100.1", "198.51.100.2")]],
  ["the zone that is made", [shut(connection()), endpoint, ...plain.resources]],
  ["an endpoint for a cluster that blocks egress", [open(), ...going({ outboundType: "block" })]],
  ["the link", [shut(connection()), endpoint, zone, link(hubId), ...plain.resources]],
] as const)("a sweep and a question give one command: %s", async ([, resources]) => {
  const tagged = resources.map((one) =>
    one.type.endsWith("managedClusters") ? { ...one, tags: { "acraudit-registries": "contosoprod" } } : one,
  );
  await azureWith(pullWorld({ resources: tagged, children: both, roleAssignments: [pullGrant(plain.kubeletId)] }));
  const { remedy } = await answerCanPull(auditor(), { from: "my-aks-cluster", registry: "contosoprod" });
  const { evaluations } = await sweep(auditor());
  const findings = evaluations.flatMap((one) => (one.ruleId === "registry-out-of-reach" ? one.findings : []));
  expect(findings.map(({ remediation }) => remediation)).toEqual([{ text: remedy?.text, cli: remedy?.cli }]);
});
