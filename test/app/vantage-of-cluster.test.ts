import { describe, expect, test } from "vitest";
import { vantageOfCluster } from "../../src/app/vantage-of-cluster.ts";
import type { ListedCluster, ListedClusterNetwork } from "../../src/collect/clusters.ts";
import type { ListedNetwork } from "../../src/collect/virtual-networks.ts";
import { known, missing } from "../../src/core/collected.ts";
import { clusterId, forbidden, hubId, networkGroup, subscriptionId } from "../facts.ts";

const nodesId = `${hubId}/subnets/nodes`;
const ipId = `${networkGroup}/publicIPAddresses/out`;
const gatewayId = `${networkGroup}/natGateways/nat`;
const madeId = `/subscriptions/${subscriptionId}/resourceGroups/mc_rg_shop/providers/Microsoft.Network/virtualNetworks/aks-vnet-1`;

function subnet(id: string, natGatewayId = "", serviceEndpoints: readonly string[] = []) {
  return { id, natGatewayId, serviceEndpoints };
}

const networks: readonly ListedNetwork[] = [
  { id: hubId, dnsServers: ["10.9.9.9"], subnets: [subnet(nodesId), subnet(`${hubId}/subnets/gateway`, gatewayId)] },
  { id: madeId, dnsServers: [], subnets: [subnet(`${madeId}/subnets/aks-subnet`)] },
];
const addresses = new Map([
  [ipId.toLowerCase(), ["203.0.113.10"]],
  [gatewayId.toLowerCase(), ["203.0.113.20", "203.0.113.64/30"]],
]);

function vantage(network: Partial<ListedClusterNetwork> = {}, listed = known(networks)) {
  const cluster: ListedCluster = {
    id: clusterId,
    name: "shop",
    subscriptionId,
    servicePrincipalClientId: "msi",
    controlPlaneIds: [],
    declared: [],
    network: {
      location: "westeurope",
      nodeResourceGroup: "MC_rg_shop",
      subnetIds: [nodesId],
      outboundType: "loadBalancer",
      outboundIpIds: [ipId],
      nodePublicIps: false,
      ...network,
    },
  } as ListedCluster;
  return vantageOfCluster(cluster, { networks: listed, addresses: known(addresses) });
}

test("stands in the subnets of its pools, with the network's own DNS", () => {
  expect(vantage().networks).toEqual(
    known([{ id: hubId, dnsServers: ["10.9.9.9"], subnets: [{ id: nodesId, serviceEndpoints: [] }] }]),
  );
});

test("knows the resource group that AKS keeps for its nodes, whatever it is called", () => {
  expect(vantage({ nodeResourceGroup: "rg-shop-nodes" })).toMatchObject({ nodeResourceGroup: "rg-shop-nodes" });
});

test("stands in the network that AKS made where no subnet is named", () => {
  const { networks: found } = vantage({ subnetIds: [""] });
  expect(found.known && found.value.map(({ id }) => id)).toEqual([madeId]);
});

test("of that network it stands in the subnet of the nodes, not in those of add-ons", () => {
  const [hub, made] = networks;
  if (!hub || !made) expect.fail("there are two networks");
  const withAddOn = { ...made, subnets: [...made.subnets, subnet(`${madeId}/subnets/ingress-appgateway-subnet`)] };
  const { networks: found } = vantage({ subnetIds: [""] }, known([hub, withAddOn]));
  expect(found.known && found.value.flatMap(({ subnets }) => subnets.map(({ id }) => id))).toEqual([
    `${madeId}/subnets/aks-subnet`,
  ]);
});

test.for([
  ["another network's subnet", { subnetIds: [`${hubId}2/subnets/nodes`] }],
  ["a subnet that its network does not list", { subnetIds: [`${hubId}/subnets/other`] }],
  ["a node resource group without a network", { subnetIds: [""], nodeResourceGroup: "MC_other" }],
] as const)("does not guess where it stands: %s", ([, network]) => {
  expect(vantage(network).networks).toMatchObject({ known: false, gap: { reason: "notFound" } });
});

test("passes a gap of the networks on", () => {
  expect(vantage({}, missing(forbidden) as never).networks).toEqual(missing(forbidden));
});

describe("goes out", () => {
  test("by one gateway of two subnets, however its id is written", () => {
    const nodes = [subnet(`${hubId}/subnets/a`, gatewayId), subnet(`${hubId}/subnets/b`, gatewayId.toUpperCase())];
    const of = { outboundType: "userAssignedNATGateway", subnetIds: nodes.map(({ id }) => id) };
    const { outboundAddresses } = vantage(of, known([{ id: hubId, dnsServers: [], subnets: nodes }]));
    expect(outboundAddresses).toEqual(known(["203.0.113.20", "203.0.113.64/30"]));
  });

  test.for([
    ["by the load balancer", {}, ["203.0.113.10"]],
    ["by the NAT gateway that AKS manages", { outboundType: "managedNATGateway" }, ["203.0.113.10"]],
    [
      "by the NAT gateway of its subnet",
      { outboundType: "userAssignedNATGateway", subnetIds: [`${hubId}/subnets/gateway`] },
      ["203.0.113.20", "203.0.113.64/30"],
    ],
    [
      "by the NAT gateway of its subnet before the load balancer",
      { subnetIds: [`${hubId}/subnets/gateway`] },
      ["203.0.113.20", "203.0.113.64/30"],
    ],
    ["by routes that do not say it", { outboundType: "userDefinedRouting" }, []],
    ["by no way", { outboundType: "none", outboundIpIds: [] }, []],
  ] as const)("%s", ([, network, expected]) => {
    expect(vantage(network).outboundAddresses).toEqual(known(expected));
  });

  test.for([
    ["an address that is not visible", { outboundIpIds: [ipId, `${ipId}2`] }],
    ["nodes with addresses of their own", { nodePublicIps: true }],
    ["subnets with and without a gateway", { subnetIds: [nodesId, `${hubId}/subnets/gateway`] }],
  ] as const)("nobody knows where with %s", ([, network]) => {
    expect(vantage(network).outboundAddresses).toMatchObject({ known: false, gap: { fact: "egress" } });
  });
});

test("words of the service are taken in whatever case, and others are none of them", () => {
  expect(vantage({ outboundType: "LOADBALANCER" }).outboundType).toBe("loadBalancer");
  expect(vantage({ outboundType: "teleport" }).outboundType).toBe("other");
});

test("a proxy is one only where the cluster has one", () => {
  expect(vantage().proxy).toBeUndefined();
  expect(vantage({ noProxy: ["localhost"] }).proxy).toEqual({ noProxy: ["localhost"] });
});
