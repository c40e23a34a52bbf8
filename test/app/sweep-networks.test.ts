import { afterEach, describe, expect, test } from "vitest";
import { auditor, azureWith, someday, sweep } from "../audit.ts";
import type { SimulatedAzure } from "../azure/simulate-azure.ts";
import type { World } from "../azure/world.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";
import { ids } from "../azure/worlds/ids.ts";
import { subnets } from "../azure/worlds/nordfracht/subnets.ts";

let azure: SimulatedAzure;

afterEach(() => {
  azure.assertClean();
});

type Resource = World["resources"][number];

/** The default world with one resource's properties laid over. */
function worldWith(id: string, change: (properties: Record<string, unknown>) => Record<string, unknown>): World {
  const world = defaultWorld(someday);
  const changed = (resource: Resource): Resource =>
    resource.id === id ? { ...resource, properties: change(resource.properties as Record<string, unknown>) } : resource;
  return { ...world, resources: world.resources.map(changed) };
}

async function reachOf(cluster: string, world: World) {
  azure = await azureWith(world);
  const { evaluations } = await sweep(auditor());
  const found = evaluations.find(
    ({ ruleId, subject }) => ruleId === "registry-out-of-reach" && subject.name === cluster,
  );
  return found ?? expect.fail(`${cluster} was not judged`);
}

async function outcomesOf(ruleId: string, world: World) {
  azure = await azureWith(world);
  const { evaluations } = await sweep(auditor());
  const own = evaluations.filter((evaluation) => evaluation.ruleId === ruleId);
  return Object.fromEntries(own.map(({ subject, outcome }) => [subject.name, outcome]));
}

test("a private registry is reached where its zone is linked and out of reach where it is not", async () => {
  expect(await reachOf("aks-telematics", defaultWorld(someday))).toMatchObject({
    outcome: "pass",
    message: expect.stringContaining("nfplatform: private-endpoint."),
  });
  expect(await reachOf("aks-warehouse", defaultWorld(someday))).toMatchObject({
    outcome: "fail",
    findings: [{ about: ids.registries.warehouse.toLowerCase(), evidence: { reason: "zone-not-linked" } }],
  });
});

test("a link to the cluster's network ends it", async () => {
  const world = defaultWorld(someday);
  const link = world.resources.find(({ id }) => id.endsWith("/virtualNetworkLinks/link-vnet-apps"));
  if (!link) expect.fail("the default world has no such link");
  const id = link.id.replace("link-vnet-apps", "link-vnet-warehouse");
  const networkId = subnets.warehouse.replace(/\/subnets\/.*/, "");
  const linked = { ...link, id, properties: { virtualNetwork: { id: networkId } } };
  const { outcome, message } = await reachOf("aks-warehouse", { ...world, resources: [...world.resources, linked] });
  expect([outcome, message]).toEqual(["pass", "aks-warehouse reaches nfwarehouse: private-endpoint."]);
});

test("DNS servers of the network's own make it unknown", async () => {
  const networkId = subnets.warehouse.replace(/\/subnets\/.*/, "");
  const world = worldWith(networkId, (properties) => ({ ...properties, dhcpOptions: { dnsServers: ["10.9.9.9"] } }));
  expect(await reachOf("aks-warehouse", world)).toMatchObject({ outcome: "unknown", gaps: [{ fact: "dns" }] });
});

describe("a registry with rules", () => {
  const rules = (ipRules: readonly object[], more: object = {}) =>
    worldWith(ids.registries.tracking, (properties) => ({
      ...properties,
      networkRuleSet: { defaultAction: "Deny", ipRules, ...more },
    }));

  test("lets a cluster in by the address of its load balancer", async () => {
    const { outcome, message } = await reachOf("aks-tracking", rules([{ action: "Allow", value: "203.0.113.100" }]));
    expect([outcome, message]).toEqual(["pass", "aks-tracking reaches nftracking: ip-allowed."]);
  });

  test("refuses it where no rule names that address", async () => {
    const { findings } = await reachOf("aks-tracking", rules([{ action: "Allow", value: "203.0.113.99" }]));
    expect(findings[0]?.message).toBe(
      "aks-tracking needs nftracking, which refuses 203.0.113.100, where its traffic comes from.",
    );
  });

  test("is asked for virtual network rules, once for its subscription and only where they count", async () => {
    await reachOf("aks-tracking", rules([], { virtualNetworkRules: [{ id: subnets.warehouse }] }));
    const previews = azure.requests.filter(({ apiVersion }) => apiVersion === "2026-09-01-preview");
    expect(previews.map(({ path }) => path.split("/").at(-1))).toEqual(["registries", "registries"]);
  });

  test("is unknown where those could not be read, and never refused by that", async () => {
    azure = await azureWith(rules([]));
    using _fault = azure.fault({ api: "arm", path: /\/registries(\/\w+)?$/i, after: 3 }, { kind: "serverError" });
    const { evaluations } = await sweep(auditor());
    const found = evaluations.filter(
      ({ ruleId, gaps }) =>
        ruleId === "registry-without-way-in" && gaps.some(({ fact }) => fact === "virtual-network-rules"),
    );
    expect(found.map(({ outcome }) => outcome)).toEqual(found.map(() => "unknown"));
    expect(found.length).toBeGreaterThan(0);
  });
});

test("a record that is gone is said of the registry, and of who needs it", async () => {
  const world = defaultWorld(someday);
  const children = Object.fromEntries(
    Object.entries(world.children).map(([path, bodies]) => [
      path,
      bodies.filter(({ name }) => name !== "nfplatform.westeurope.data"),
    ]),
  );
  expect(await outcomesOf("private-record-broken", { ...world, children })).toMatchObject({
    nfplatform: "fail",
    nfwarehouse: "pass",
    nftracking: "notApplicable",
  });
  expect(await reachOf("aks-telematics", { ...world, children })).toMatchObject({
    outcome: "fail",
    findings: [{ evidence: { reason: "data-record-missing" } }],
  });
});

test("registries of every SKU are judged open, and those with rules or endpoints restricted", async () => {
  const outcomes = await outcomesOf("registry-open-to-internet", defaultWorld(someday));
  const restricted = Object.entries(outcomes).filter(([, outcome]) => outcome === "pass");
  expect(restricted.map(([name]) => name).sort()).toEqual(["nfbase", "nfplatform", "nfwarehouse"]);
  expect(new Set(Object.values(outcomes))).toEqual(new Set(["pass", "fail"]));
});

test("networks cost a fixed number of queries and one list of records for each zone", async () => {
  azure = await azureWith(defaultWorld(someday));
  await sweep(auditor());
  const records = azure.requests.filter(({ path }) => /\/privateDnsZones\/[^/]+\/ALL$/i.test(path));
  expect(records).toHaveLength(2);
});
