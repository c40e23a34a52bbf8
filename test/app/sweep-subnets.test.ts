import { afterEach, describe, expect, test } from "vitest";
import { auditor, azureWith, someday, sweep } from "../audit.ts";
import type { SimulatedAzure } from "../azure/simulate-azure.ts";
import type { Body, World } from "../azure/world.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { privateEndpointBody, privateEndpointInterfaceBody } from "../azure/worlds/private-endpoint.ts";
import { privateEndpointConnectionBody } from "../azure/worlds/private-endpoint-connection.ts";
import { pullIds, pullRegistry, pullWorld } from "../azure/worlds/pull-world.ts";
import { type VirtualNetworkOptions, virtualNetworkBody } from "../azure/worlds/virtual-network.ts";

let azure: SimulatedAzure;

afterEach(() => {
  azure.assertClean();
});

const { subscriptionId } = pullIds;
const acr = "Microsoft.ContainerRegistry";
const place = { subscriptionId, resourceGroup: "rg-network" };

function network(subnets: VirtualNetworkOptions["subnets"]) {
  return virtualNetworkBody({ ...place, name: "vnet-aks", addressPrefix: "10.1.0.0/16", subnets });
}

function subnetId(name: string): string {
  return `${pullIds.network}/subnets/${name}`;
}

async function judged(ruleId: string, resources: World["resources"], faults?: () => void) {
  azure = await azureWith(pullWorld({ resources }));
  faults?.();
  const { evaluations } = await sweep(auditor());
  const own = evaluations.filter((evaluation) => evaluation.ruleId === ruleId);
  return Object.fromEntries(own.map((evaluation) => [evaluation.subject.name, evaluation]));
}

describe("a subnet that a registry allows", () => {
  const rule = "allowed-subnet-without-service-endpoint";

  /** A registry that denies all but some subnets. */
  function allowing(ids: readonly string[], changes: Parameters<typeof pullRegistry>[1] = {}, name = "contosoprod") {
    const virtualNetworkRules = ids.map((virtualNetworkSubnetResourceId) => ({
      action: "Allow",
      virtualNetworkSubnetResourceId,
    }));
    const networkRuleSet = { defaultAction: "Deny", ipRules: [], virtualNetworkRules };
    return pullRegistry(name, { sku: "Premium", properties: { networkRuleSet }, ...changes });
  }

  const asked = () =>
    azure.requests.filter(({ path }) => /\/subnets\//i.test(path)).map(({ path }) => path.split("/").at(-1));

  test("is read from Resource Manager, once for all registries, with the endpoints that a command has to keep", async () => {
    const { contosoprod, contosodev } = await judged(rule, [
      network({ nodes: { addressPrefix: "10.1.0.0/20", serviceEndpoints: ["Microsoft.Storage"] } }),
      allowing([subnetId("nodes"), subnetId("NODES")]),
      allowing([subnetId("nodes").toUpperCase().replace("/SUBSCRIPTIONS/", "/subscriptions/")], {}, "contosodev"),
    ]);
    expect(contosoprod).toMatchObject({
      outcome: "fail",
      findings: [{ about: subnetId("nodes").toLowerCase(), severity: "high" }],
    });
    expect(contosoprod?.findings[0]?.remediation.cli).toContain(`--service-endpoints '[Microsoft.Storage,${acr}]'`);
    expect(contosodev).toMatchObject({ outcome: "fail", findings: [{ about: subnetId("nodes").toLowerCase() }] });
    expect(asked()).toHaveLength(1);
  });

  test("passes with the service endpoint", async () => {
    const { contosoprod } = await judged(rule, [
      network({ nodes: { addressPrefix: "10.1.0.0/20", serviceEndpoints: [acr] } }),
      allowing([subnetId("nodes")]),
    ]);
    expect(contosoprod).toMatchObject({ outcome: "pass", gaps: [] });
  });

  test("is said to be gone where the subnet, its network or its resource group is", async () => {
    const ids = [
      subnetId("old"),
      subnetId("nodes").replace("vnet-aks", "vnet-old"),
      subnetId("nodes").replace("rg-network", "rg-old"),
    ];
    const { contosoprod } = await judged(rule, [
      network({ nodes: { addressPrefix: "10.1.0.0/20", serviceEndpoints: [acr] } }),
      allowing([...ids, subnetId("nodes")]),
    ]);
    expect(contosoprod).toMatchObject({ outcome: "fail", gaps: [] });
    expect(contosoprod?.findings.map(({ about, message }) => [about, message.includes("does not exist")])).toEqual(
      ids.map((id) => [id.toLowerCase(), true]),
    );
  });

  test("is unknown, and not gone, where its whole subscription is not visible", async () => {
    const elsewhere = subnetId("nodes").replace(
      /subscriptions\/[^/]+/,
      `subscriptions/${pullIds.foreignSubscriptionId}`,
    );
    const { contosoprod } = await judged(rule, [allowing([elsewhere])]);
    expect(contosoprod).toMatchObject({ outcome: "unknown", findings: [], gaps: [{ reason: "notFound" }] });
    expect(contosoprod?.gaps[0]?.detail).toContain(`${pullIds.foreignSubscriptionId} is not visible`);
  });

  test.for(["forbidden", "serverError", "html"] as const)(
    "is unknown when it cannot be read (%s), and hides no sure failure of another one",
    async (kind) => {
      const { contosoprod } = await judged(
        rule,
        [network({ nodes: "10.1.0.0/20", tools: "10.1.16.0/24" }), allowing([subnetId("nodes"), subnetId("tools")])],
        () => void azure.fault({ api: "arm", path: "/subnets/nodes" }, { kind }),
      );
      expect(contosoprod).toMatchObject({
        outcome: "fail",
        gaps: [{ fact: "subnet" }],
        undecided: [subnetId("nodes").toLowerCase()],
        findings: [{ about: subnetId("tools").toLowerCase() }],
      });
    },
  );

  test("is not asked for by what is no subnet's id", async () => {
    const ids = [
      `${pullIds.network}/subnets/..`,
      `${pullIds.network}/subnets/nodes?api-version=2015-05-01-preview`,
      `${pullIds.network}/subnets/nodes#x`,
      `${pullIds.network}/subnets/%2e%2e`,
      `${pullIds.network.replace("rg-network", "..")}/subnets/nodes`,
      `${pullIds.network}/virtualNetworkPeerings/x`,
      pullIds.network,
      "https://elsewhere.example/subnets/nodes",
    ];
    const { contosoprod } = await judged(rule, [network({ nodes: "10.1.0.0/20" }), allowing(ids)]);
    expect(contosoprod).toMatchObject({ outcome: "unknown", undecided: ids.map((id) => id.toLowerCase()) });
    expect(contosoprod?.gaps.map(({ fact, reason }) => `${fact} ${reason}`)).toEqual(ids.map(() => "subnet malformed"));
    expect(asked()).toEqual([]);
  });

  test("is unknown where a name among its service endpoints could not be put into a command", async () => {
    const { contosoprod } = await judged(rule, [
      network({ nodes: { addressPrefix: "10.1.0.0/20", serviceEndpoints: ["Microsoft.Storage,x]"] } }),
      allowing([subnetId("nodes")]),
    ]);
    expect(contosoprod).toMatchObject({ outcome: "unknown", gaps: [{ fact: "subnet", reason: "malformed" }] });
  });

  test.for([
    ["public access is off", { publicNetworkAccess: "Disabled" }],
    ["everybody is let in", { properties: {} }],
  ] as const)("is not asked for where %s", async ([, changes]) => {
    const { contosoprod } = await judged(rule, [
      network({ nodes: "10.1.0.0/20" }),
      allowing([subnetId("nodes")], changes),
    ]);
    expect(contosoprod).toMatchObject({ outcome: "notApplicable", gaps: [] });
    expect(asked()).toEqual([]);
  });
});

describe("the subnet of a private endpoint", () => {
  const rule = "private-endpoint-subnet-full";
  const endpoint = {
    ...place,
    name: "pe-prod",
    registryId: pullIds.registry,
    subnetId: subnetId("endpoints"),
    addresses: {
      "contosoprod.azurecr.io": "10.1.16.5",
      "contosoprod.westeurope.data.azurecr.io": "10.1.16.4",
    },
  };
  const [body, nic] = [privateEndpointBody(endpoint), privateEndpointInterfaceBody(endpoint)];
  const connections = [privateEndpointConnectionBody({ registryId: pullIds.registry, privateEndpointId: body.id })];
  const registry = pullRegistry("contosoprod", { sku: "Premium", privateEndpointConnections: connections });

  /** A network whose subnet for endpoints has some ranges and some addresses in use. */
  function withSubnet(properties: Body, used: number) {
    const made = network({ endpoints: "10.1.16.0/29" });
    const ipConfigurations = Array.from({ length: used }, (_, index) => ({
      id: `${nic.id}/ipConfigurations/${index}`,
    }));
    const subnet = { id: subnetId("endpoints"), name: "endpoints", properties: { ...properties, ipConfigurations } };
    return [{ ...made, properties: { ...made.properties, subnets: [subnet] } }, body, nic, registry];
  }

  test.for([
    ["three of eight can be had, and three are in use", { addressPrefix: "10.1.16.0/29" }, 3, "fail"],
    ["two are in use", { addressPrefix: "10.1.16.0/29" }, 2, "pass"],
    ["two ranges are full together", { addressPrefixes: ["10.1.16.0/29", "10.1.17.0/28"] }, 19, "fail"],
    ["two ranges have one left", { addressPrefixes: ["10.1.16.0/29", "10.1.17.0/28"] }, 18, "pass"],
    ["a range is in both properties", { addressPrefix: "10.1.16.0/29", addressPrefixes: ["10.1.16.0/29"] }, 3, "fail"],
    ["only IPv4 counts, and there is room", { addressPrefixes: ["fd00:db8::/64", "10.1.16.0/29"] }, 2, "pass"],
    ["what is in use may be of IPv6", { addressPrefixes: ["fd00:db8::/64", "10.1.16.0/29"] }, 3, "unknown"],
    ["fewer are listed than the endpoint has", { addressPrefix: "10.1.16.0/29" }, 1, "unknown"],
    ["its ranges are not said", {}, 2, "unknown"],
    ["a range cannot be read", { addressPrefixes: ["10.1.16.0/29", "everything"] }, 2, "unknown"],
  ] as const)("%s", async ([, properties, used, outcome]) => {
    const { contosoprod } = await judged(rule, withSubnet(properties, used));
    expect(contosoprod?.outcome).toBe(outcome);
    expect(contosoprod?.undecided).toEqual(outcome === "unknown" ? [subnetId("endpoints").toLowerCase()] : []);
  });

  test("is unknown where its network is not visible", async () => {
    const { contosoprod } = await judged(rule, [body, nic, registry]);
    expect(contosoprod).toMatchObject({ outcome: "unknown", gaps: [{ fact: "endpoint-subnets", reason: "notFound" }] });
  });

  test("is unknown where networks could not be listed", async () => {
    const resources = withSubnet({ addressPrefix: "10.1.16.0/29" }, 3);
    const { contosoprod } = await judged(
      rule,
      resources,
      () =>
        void azure.fault({ path: /resourceGraph/i }, ({ body: query }) =>
          JSON.stringify(query).includes("microsoft.network/virtualnetworks") ? { kind: "forbidden" } : undefined,
        ),
    );
    expect(contosoprod).toMatchObject({
      outcome: "unknown",
      undecided: "all",
      gaps: [{ fact: "virtual-networks", reason: "forbidden" }],
    });
  });

  test("is unknown where the endpoint is not visible", async () => {
    const { contosoprod } = await judged(rule, [network({ endpoints: "10.1.16.0/29" }), registry]);
    expect(contosoprod).toMatchObject({ outcome: "unknown", gaps: [{ fact: "endpoints" }], undecided: "all" });
  });
});

test("the built-in company has room for replicas, and no subnet that it allows", async () => {
  azure = await azureWith(defaultWorld(someday));
  const { evaluations } = await sweep(auditor());
  const outcomes = (rule: string) => evaluations.filter(({ ruleId }) => ruleId === rule).map(({ outcome }) => outcome);
  expect(new Set(outcomes("allowed-subnet-without-service-endpoint"))).toEqual(new Set(["notApplicable"]));
  expect(new Set(outcomes("private-endpoint-subnet-full"))).toEqual(new Set(["notApplicable", "pass"]));
});
