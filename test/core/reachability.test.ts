import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { known, missing } from "../../src/core/collected.ts";
import { reasons } from "../../src/core/network/reason.ts";
import type { NetworkSettings, RegistryNetwork } from "../../src/core/network/registry-network.ts";
import type { Vantage, VantageSubnet } from "../../src/core/network/vantage.ts";
import { type ReachabilityQuestion, reach } from "../../src/core/reachability.ts";
import {
  connection,
  endpoint,
  endpointId,
  forbidden,
  hubId,
  networkSettings,
  registry,
  registryId,
  registryNetwork,
  vantage,
  zone,
  zoneId,
} from "../facts.ts";

const said = <Value>(value: Value) => ({ value, said: true });
const enabled = said("Enabled" as const);
const deny = said("Deny" as const);
const allow = said("Allow" as const);
const nodesId = `${hubId}/subnets/nodes`;
const spokeId = hubId.replace("/hub", "/spoke");
const gap = missing(forbidden);
const none = { connections: [] };

/** A registry without endpoints, open to everyone unless said otherwise. */
function open(changes: Partial<NetworkSettings> = {}): NetworkSettings {
  return networkSettings({ publicNetworkAccess: enabled, defaultAction: allow, ...none, ...changes });
}

function inSubnet(changes: Partial<VantageSubnet> = {}, network: { id?: string; dnsServers?: string[] } = {}) {
  const subnet = { id: nodesId, serviceEndpoints: [], ...changes };
  return known([{ id: hubId, dnsServers: [], ...network, subnets: [subnet] }]);
}

const hubWith = { id: hubId, dnsServers: [], subnets: [{ id: nodesId, serviceEndpoints: [] }] };
const behindRuleset = (...domains: readonly string[]) =>
  known([{ ...hubWith, rulesets: [{ id: "/rulesets/r", domains: known(domains) }] }]);
/** A zone below the usual one. */
const below = (label: string, records: Readonly<Record<string, readonly string[]>>) =>
  zone({ id: `${zoneId}-${label}`, name: `${label}.privatelink.azurecr.io`, records });

const behind = { proxy: { noProxy: [] } };
const withServiceEndpoint = inSubnet({ serviceEndpoints: ["Microsoft.Storage", "microsoft.containerregistry"] });

interface Given extends Partial<Omit<RegistryNetwork, "settings">> {
  readonly settings?: NetworkSettings;
  readonly from?: Partial<Vantage>;
  readonly location?: string;
  readonly loginServer?: string;
}

function ask({
  settings = networkSettings(),
  from = {},
  location = "westeurope",
  loginServer = "contoso.azurecr.io",
  ...network
}: Given): ReachabilityQuestion {
  return {
    registry: registry({ location, loginServer }),
    network: registryNetwork({ settings: known(settings), ...network }),
    vantage: vantage(from),
  };
}

const cases: Readonly<Record<string, readonly (readonly [string, Given, keyof typeof reasons])[]>> = {
  "step 1, private endpoint": [
    ["all names lead to the approved endpoint", {}, "private-endpoint"],
    ["IP rules do not apply to it", { settings: networkSettings({ ipRules: ["192.0.2.1"] }) }, "private-endpoint"],
    [
      "ids are compared without case",
      { zones: known([zone({ links: [{ networkId: hubId.toUpperCase(), fallsBack: false }] })]) },
      "private-endpoint",
    ],
    [
      "it is found past public access that is open",
      { settings: open({ connections: [connection()] }) },
      "private-endpoint",
    ],
    [
      "a linked zone without the record answers that there is no such name",
      { zones: known([zone({ records: {} })]) },
      "record-missing",
    ],
    [
      "… even where public access is open",
      { settings: open({ connections: [connection()] }), zones: known([zone({ records: {} })]) },
      "record-missing",
    ],
    [
      "… unless the link falls back to the public name",
      {
        settings: open({ connections: [connection()] }),
        zones: known([zone({ links: [{ networkId: hubId, fallsBack: true }], records: {} })]),
      },
      "public-open",
    ],
    [
      "the record leads elsewhere",
      { zones: known([zone({ records: { contoso: ["10.0.1.99"] } })]) },
      "record-wrong-address",
    ],
    [
      "one of two addresses leads elsewhere",
      { zones: known([zone({ records: { contoso: ["10.0.1.5", "10.0.1.99"] } })]) },
      "record-wrong-address",
    ],
    [
      "the record leads to an endpoint that is not approved",
      { settings: networkSettings({ connections: [connection("Pending")] }) },
      "record-of-unapproved-endpoint",
    ],
    [
      "the record leads elsewhere, and no endpoint is approved any more",
      { settings: networkSettings({ connections: [connection("Disconnected")] }), endpoints: known([]) },
      "record-wrong-address",
    ],
    [
      "there is no record, nor an approved endpoint, and the public way is shut",
      {
        settings: networkSettings({ connections: [connection("Disconnected")] }),
        zones: known([zone({ records: {} })]),
      },
      "private-endpoint-pending",
    ],
    [
      "there is no record, nor an approved endpoint, and the public way is open",
      {
        settings: open({ connections: [connection("Pending")] }),
        zones: known([zone({ records: {} })]),
      },
      "name-not-known",
    ],
    [
      "there is a record of an endpoint that is not approved, and the public way is open",
      { settings: open({ connections: [connection("Rejected")] }) },
      "name-not-known",
    ],
    [
      "the data endpoint falls back to the public name, which is open",
      {
        settings: open({ connections: [connection()] }),
        zones: known([zone({ links: [{ networkId: hubId, fallsBack: true }], records: { contoso: ["10.0.1.5"] } })]),
      },
      "private-endpoint",
    ],
    [
      "… which is shut",
      { zones: known([zone({ links: [{ networkId: hubId, fallsBack: true }], records: { contoso: ["10.0.1.5"] } })]) },
      "data-record-missing",
    ],
    [
      "… of which it is not known who gets in",
      {
        settings: open({ defaultAction: deny, ipRules: ["203.0.113.10"], connections: [connection()] }),
        zones: known([zone({ links: [{ networkId: hubId, fallsBack: true }], records: { contoso: ["10.0.1.5"] } })]),
        from: { outboundType: "userDefinedRouting", outboundAddresses: known([]) },
      },
      "egress-not-known",
    ],
    [
      "the data endpoint has no record",
      { zones: known([zone({ records: { contoso: ["10.0.1.5"] } })]) },
      "data-record-missing",
    ],
    [
      "the data endpoint of another region has no record, and its own has",
      { replicas: known(["northeurope"]) },
      "private-endpoint",
    ],
    [
      "its own region's data endpoint has no record, and another has",
      { replicas: known(["northeurope"]), from: { location: "northeurope" } },
      "data-record-missing",
    ],
    [
      "some region's has no record, and which serves it is not known",
      { replicas: known(["northeurope"]), from: { location: "eastus" } },
      "data-region-not-known",
    ],
    [
      "the zone is not linked to its network",
      { zones: known([zone({ links: [{ networkId: spokeId, fallsBack: false }] })]) },
      "zone-not-linked",
    ],
    ["no zone with the registry is visible, so one may be linked", { zones: known([]) }, "zones-not-known"],
    ["… nor do its endpoints keep records in any", { zones: known([]), keptZones: known([]) }, "zone-missing"],
    [
      "… but its endpoints keep records in one that is not visible",
      { zones: known([]), keptZones: known(["/subscriptions/hub/privatelink.azurecr.io"]) },
      "zones-not-known",
    ],
    ["… and where they keep them could not be read", { zones: known([]), keptZones: gap }, "zones-not-known"],
    [
      "… nor in any, and records of a visible one could not be read",
      { zones: known([{ ...zone({ links: [] }), records: gap }]), keptZones: known([]) },
      "zones-not-known",
    ],
    [
      "a linked zone without the record falls back to the public name, which is shut",
      { zones: known([zone({ links: [{ networkId: hubId, fallsBack: true }], records: {} })]) },
      "zone-missing",
    ],
    [
      "… which does not matter where public access is open",
      { settings: open({ connections: [connection()] }), zones: known([]) },
      "public-open",
    ],
    ["the zones could not be read", { zones: gap }, "zones-not-known"],
    ["the linked zone's records could not be read", { zones: known([{ ...zone(), records: gap }]) }, "zones-not-known"],
    ["the endpoint is not visible, so its address is not known", { endpoints: known([]) }, "endpoint-not-visible"],
    ["the endpoints could not be read", { endpoints: gap }, "endpoint-not-visible"],
    [
      "the network asks DNS servers of its own",
      { from: { networks: inSubnet({}, { dnsServers: ["10.9.9.9"] }) } },
      "custom-dns",
    ],
    [
      "… which does not matter where the public way is open",
      {
        settings: open({ connections: [connection()] }),
        from: { networks: inSubnet({}, { dnsServers: ["10.9.9.9"] }) },
      },
      "public-open",
    ],
    [
      "… nor where no endpoint is approved",
      {
        settings: networkSettings({ connections: [connection("Pending")] }),
        from: { networks: inSubnet({}, { dnsServers: ["10.9.9.9"] }) },
      },
      "private-endpoint-pending",
    ],
    [
      "the DNS of Azure by its address is the DNS of Azure",
      { from: { networks: inSubnet({}, { dnsServers: ["168.63.129.16"] }) } },
      "private-endpoint",
    ],
    ["its network could not be read", { from: { networks: gap } }, "network-not-known"],
    [
      "the worst of two networks counts",
      {
        from: {
          networks: known([
            { id: hubId, dnsServers: [], subnets: [] },
            { id: spokeId, dnsServers: [], subnets: [] },
          ]),
        },
      },
      "zone-not-linked",
    ],
    [
      "a linked zone for the region's data answers for it, even where it is empty",
      { zones: known([zone(), below("westeurope.data", {})]) },
      "data-record-missing",
    ],
    [
      "… and where it is linked elsewhere it does not",
      {
        zones: known([zone(), { ...below("westeurope.data", {}), links: [{ networkId: spokeId, fallsBack: false }] }]),
      },
      "private-endpoint",
    ],
    [
      "… and leads to the endpoint where it has the record that the wider zone lacks",
      {
        zones: known([
          zone({ records: { contoso: ["10.0.1.5"] } }),
          below("westeurope.data", { contoso: ["10.0.1.4"] }),
        ]),
      },
      "private-endpoint",
    ],
    [
      "a linked zone of the registry alone answers for its login server, and no zone for its data is visible",
      { zones: known([below("contoso", { "@": ["10.0.1.5"] })]) },
      "zones-not-known",
    ],
    [
      "a linked zone of the public name answers before any other",
      {
        zones: known([zone({ records: {} }), zone({ id: `${zoneId}2`, name: "azurecr.io" })]),
      },
      "private-endpoint",
    ],
    [
      "… also that there is no such name",
      { zones: known([zone(), zone({ id: `${zoneId}2`, name: "azurecr.io", records: {} })]) },
      "record-missing",
    ],
    [
      "a zone whose name only ends in the same letters does not answer",
      { zones: known([zone(), zone({ id: `${zoneId}2`, name: "urecr.io", records: {} })]) },
      "private-endpoint",
    ],
    [
      "a wildcard answers for what has no record",
      { zones: known([zone({ records: { "*": ["10.0.1.5"], "contoso.westeurope.data": ["10.0.1.4"] } })]) },
      "private-endpoint",
    ],
    [
      "… and not below a name that is there",
      { zones: known([zone({ records: { "*": ["10.0.1.5"], "other.data": ["10.0.1.4"] } })]) },
      "data-record-missing",
    ],
    [
      "a record leads on to another name",
      {
        zones: known([
          {
            ...zone(),
            records: known([{ name: "contoso", addresses: [], alias: "acr.corp.example" }]),
          },
        ]),
      },
      "zones-not-known",
    ],
    [
      "a ruleset sends the login server's name elsewhere",
      { from: { networks: behindRuleset("azurecr.io.") } },
      "custom-dns",
    ],
    ["… or every name", { from: { networks: behindRuleset(".") } }, "custom-dns"],
    [
      "… or its rules could not be read",
      { from: { networks: known([{ ...hubWith, rulesets: [{ id: "/rulesets/r", domains: gap }] }]) } },
      "custom-dns",
    ],
    ["a ruleset is for other names", { from: { networks: behindRuleset("corp.example.") } }, "private-endpoint"],
    [
      "… and the zone is not linked",
      { zones: known([zone({ links: [] })]), from: { networks: behindRuleset("corp.example.") } },
      "zone-not-linked",
    ],
    [
      "a ruleset is for the zone's names, and the zone is linked as well",
      { from: { networks: behindRuleset("privatelink.azurecr.io.") } },
      "private-endpoint",
    ],
    [
      "… and is not linked",
      { zones: known([zone({ links: [] })]), from: { networks: behindRuleset("privatelink.azurecr.io.") } },
      "custom-dns",
    ],
    [
      "a ruleset may send the name elsewhere, and everybody gets in",
      { settings: open({ connections: [connection()] }), from: { networks: behindRuleset(".") } },
      "public-open",
    ],
    [
      "zones of another cloud do not count",
      { zones: known([{ ...zone(), name: "privatelink.azurecr.us" }]) },
      "zones-not-known",
    ],
  ],
  "trusted services": [
    ["container instances with a managed identity", { from: { service: "containerGroup" } }, "trusted-service"],
    [
      "… without one are anybody",
      { from: { service: "containerGroup", managedIdentity: false, networks: known([]) } },
      "public-disabled",
    ],
    [
      "machine learning by IP rules alone",
      { settings: open({ defaultAction: deny }), from: { service: "machineLearning" } },
      "trusted-service",
    ],
    [
      "the artifact cache needs no identity",
      { from: { service: "cacheRule", managedIdentity: false } },
      "trusted-service",
    ],
    [
      "the bypass is off",
      {
        settings: networkSettings({ trustedServices: said(false), ...none }),
        from: { service: "containerGroup", networks: known([]) },
      },
      "trusted-services-off",
    ],
    [
      "the bypass does not count beside virtual network rules",
      {
        settings: open({ defaultAction: deny }),
        virtualNetworkRules: known([nodesId]),
        from: { service: "containerGroup", networks: known([]) },
      },
      "trusted-services-barred",
    ],
    [
      "… and is what is missing where it is off as well",
      {
        settings: open({ defaultAction: deny, trustedServices: said(false) }),
        virtualNetworkRules: known([nodesId]),
        from: { service: "containerGroup", networks: known([]) },
      },
      "ip-not-allowed",
    ],
    [
      "… which could not be read",
      { virtualNetworkRules: gap, from: { service: "containerGroup" } },
      "subnet-rules-not-known",
    ],
    ["web apps do not get it", { from: { service: "webApp", networks: known([]) } }, "public-disabled"],
    [
      "… integrated with a network or not",
      { from: { service: "webApp", networks: known([]), unusedSubnetId: nodesId } },
      "public-disabled",
    ],
    ["… but reach an endpoint where they pull over the network", { from: { service: "webApp" } }, "private-endpoint"],
    ["container apps do not get it", { from: { service: "containerApp", networks: known([]) } }, "public-disabled"],
    [
      "tasks do not get it by default",
      { settings: networkSettings(none), from: { service: "task", networks: known([]) } },
      "tasks-bypass-off",
    ],
    [
      "which those in an agent pool of a subnet do not need",
      { settings: networkSettings(none), from: { service: "task" } },
      "public-disabled",
    ],
    ["… where they reach an endpoint", { from: { service: "task" } }, "private-endpoint"],
    [
      "tasks get it where that is allowed",
      { settings: networkSettings({ trustedTasks: said(true) }), from: { service: "task" } },
      "trusted-service",
    ],
    [
      "it is not asked where everyone gets in",
      { settings: open(), from: { service: "containerGroup", networks: known([]) } },
      "public-open",
    ],
  ],
  "step 2, public access is off": [
    ["and there is no endpoint", { settings: networkSettings(none) }, "public-disabled"],
    [
      "which overrides every rule",
      { settings: networkSettings({ ...none, ipRules: ["203.0.113.10"] }) },
      "public-disabled",
    ],
    [
      "and service endpoints",
      {
        settings: networkSettings(none),
        virtualNetworkRules: known([nodesId]),
        from: { networks: withServiceEndpoint },
      },
      "public-disabled",
    ],
    ["and Allow by default", { settings: networkSettings({ ...none, defaultAction: allow }) }, "public-disabled"],
    [
      "and the only endpoint waits for approval",
      { settings: networkSettings({ connections: [connection("Pending")] }), zones: known([zone({ links: [] })]) },
      "private-endpoint-pending",
    ],
    ["and it stands in no network", { from: { networks: known([]) } }, "public-disabled"],
  ],
  "step 3, Allow by default": [
    ["everyone gets in", { settings: open() }, "public-open"],
    [
      "whatever is not known of the rest",
      {
        settings: open(),
        virtualNetworkRules: gap,
        zones: gap,
        endpoints: gap,
        replicas: gap,
        from: { networks: gap, outboundAddresses: gap },
      },
      "public-open",
    ],
    [
      "but not from a cluster that blocks egress",
      { settings: open(), from: { outboundType: "block" } },
      "no-public-egress",
    ],
    [
      "and who knows from one without a way out",
      { settings: open(), from: { outboundType: "none", outboundAddresses: known([]) } },
      "egress-not-known",
    ],
  ],
  "step 4, Deny by default": [
    [
      "an IP rule allows the address",
      { settings: open({ defaultAction: deny, ipRules: ["203.0.113.10"] }) },
      "ip-allowed",
    ],
    [
      "a range allows it",
      { settings: open({ defaultAction: deny, ipRules: ["192.0.2.0/24", "203.0.113.0/28"] }) },
      "ip-allowed",
    ],
    ["no rule allows it", { settings: open({ defaultAction: deny, ipRules: ["203.0.113.16/28"] }) }, "ip-not-allowed"],
    [
      "a rule that is no IPv4 range allows nothing",
      { settings: open({ defaultAction: deny, ipRules: ["everyone"] }) },
      "ip-not-allowed",
    ],
    [
      "a rule allows one of two addresses",
      {
        settings: open({ defaultAction: deny, ipRules: ["203.0.113.10"] }),
        from: { outboundAddresses: known(["203.0.113.10", "203.0.113.11"]) },
      },
      "ip-partly-allowed",
    ],
    [
      "a rule allows half of a range of addresses",
      {
        settings: open({ defaultAction: deny, ipRules: ["203.0.113.0/29"] }),
        from: { outboundAddresses: known(["203.0.113.0/28"]) },
      },
      "ip-partly-allowed",
    ],
    [
      "it goes out by IPv6 too, which a registry with rules does not answer",
      {
        settings: open({ defaultAction: deny, ipRules: ["203.0.113.10"] }),
        from: { outboundAddresses: known(["203.0.113.10", "2001:db8::10"]) },
      },
      "ip-allowed",
    ],
    [
      "of where it comes from only IPv6 is known",
      {
        settings: open({ defaultAction: deny, ipRules: ["203.0.113.10"] }),
        from: { outboundAddresses: known(["2001:db8::10"]) },
      },
      "egress-not-known",
    ],
    ["there is no rule at all", { settings: open({ defaultAction: deny }) }, "default-deny-no-rule"],
    [
      "there is no rule, and where it comes from is not known",
      { settings: open({ defaultAction: deny }), from: { outboundAddresses: gap } },
      "default-deny-no-rule",
    ],
    [
      "there are rules, and where it comes from is not known",
      { settings: open({ defaultAction: deny, ipRules: ["203.0.113.10"] }), from: { outboundAddresses: gap } },
      "egress-not-known",
    ],
    [
      "it goes out through a firewall of the customer",
      {
        settings: open({ defaultAction: deny, ipRules: ["203.0.113.10"] }),
        from: { outboundType: "userDefinedRouting", outboundAddresses: known([]) },
      },
      "egress-not-known",
    ],
    [
      "the subnet is allowed and has the service endpoint",
      {
        settings: open({ defaultAction: deny }),
        virtualNetworkRules: known([nodesId.toUpperCase()]),
        from: { networks: withServiceEndpoint },
      },
      "subnet-allowed",
    ],
    [
      "the subnet is allowed and lacks the service endpoint",
      { settings: open({ defaultAction: deny }), virtualNetworkRules: known([nodesId]) },
      "service-endpoint-missing",
    ],
    [
      "… but its address is allowed",
      { settings: open({ defaultAction: deny, ipRules: ["203.0.113.10"] }), virtualNetworkRules: known([nodesId]) },
      "ip-allowed",
    ],
    [
      "the subnet has the service endpoint and another is allowed",
      {
        settings: open({ defaultAction: deny }),
        virtualNetworkRules: known([`${hubId}/subnets/nodes2`]),
        from: { networks: withServiceEndpoint },
      },
      "service-endpoint-hides-address",
    ],
    [
      "the service endpoint hides the allowed address",
      { settings: open({ defaultAction: deny, ipRules: ["203.0.113.10"] }), from: { networks: withServiceEndpoint } },
      "service-endpoint-hides-address",
    ],
    [
      "… and that of a firewall of the customer",
      {
        settings: open({ defaultAction: deny, ipRules: ["203.0.113.10"] }),
        from: { networks: withServiceEndpoint, outboundType: "userDefinedRouting", outboundAddresses: known([]) },
      },
      "service-endpoint-hides-address",
    ],
    [
      "the virtual network rules could not be read, and could allow it",
      { settings: open({ defaultAction: deny }), virtualNetworkRules: gap, from: { networks: withServiceEndpoint } },
      "subnet-rules-not-known",
    ],
    [
      "the virtual network rules could not be read, and could not allow it",
      { settings: open({ defaultAction: deny, ipRules: ["192.0.2.1"] }), virtualNetworkRules: gap },
      "ip-not-allowed",
    ],
    [
      "its subnet could not be read, so its address may be hidden",
      { settings: open({ defaultAction: deny, ipRules: ["203.0.113.10"] }), from: { networks: gap } },
      "network-not-known",
    ],
    [
      "virtual network rules are not for container apps",
      {
        settings: open({ defaultAction: deny }),
        virtualNetworkRules: known([nodesId]),
        from: { service: "containerApp", networks: withServiceEndpoint },
      },
      "ip-not-allowed",
    ],
    [
      "a container app's address is allowed",
      { settings: open({ defaultAction: deny, ipRules: ["203.0.113.10"] }), from: { service: "containerApp" } },
      "ip-allowed",
    ],
    [
      "… and its subnet's service endpoint may hide it",
      {
        settings: open({ defaultAction: deny, ipRules: ["203.0.113.10"] }),
        from: { service: "containerApp", networks: withServiceEndpoint },
      },
      "egress-not-known",
    ],
    [
      "an agent pool's subnet is allowed and has the service endpoint",
      {
        settings: open({ defaultAction: deny }),
        virtualNetworkRules: known([nodesId]),
        from: { service: "task", networks: withServiceEndpoint },
      },
      "egress-not-known",
    ],
    [
      "other clouds have no service endpoints that could hide an address",
      {
        settings: open({ defaultAction: deny, ipRules: ["203.0.113.10"] }),
        from: { networks: withServiceEndpoint },
        loginServer: "contoso.azurecr.us",
      },
      "ip-allowed",
    ],
    [
      "rules allow every address, so where it comes from does not matter",
      {
        settings: open({ defaultAction: deny, ipRules: ["0.0.0.0/1", "128.0.0.0/1"] }),
        from: { outboundType: "userDefinedRouting", outboundAddresses: known([]) },
      },
      "ip-allowed",
    ],
    [
      "… where it comes out at all",
      {
        settings: open({ defaultAction: deny, ipRules: ["0.0.0.0/0"] }),
        from: { outboundType: "none", outboundAddresses: known([]) },
      },
      "egress-not-known",
    ],
    [
      "the private zone is not linked, which is what helps",
      { settings: open({ defaultAction: deny, connections: [connection()] }), zones: known([zone({ links: [] })]) },
      "zone-not-linked",
    ],
  ],
  proxies: [
    ["the registry's names go through it", { from: { proxy: { noProxy: ["localhost"] } } }, "proxy-bypass-missing"],
    [
      "the data endpoint's name goes through it",
      { from: { proxy: { noProxy: ["contoso.azurecr.io"] } } },
      "proxy-bypass-missing",
    ],
    ["all names go past it", { from: { proxy: { noProxy: [".azurecr.io"] } } }, "private-endpoint"],
    [
      "it is on the way to rules",
      { settings: open({ defaultAction: deny, ipRules: ["203.0.113.10"] }), from: { proxy: { noProxy: [] } } },
      "behind-proxy",
    ],
    ["it is on the way to nobody's registry", { settings: networkSettings(none), from: behind }, "public-disabled"],
    [
      "it is on the way to a registry without any rule",
      { settings: open({ defaultAction: deny }), from: behind },
      "default-deny-no-rule",
    ],
    [
      "… of which virtual network rules are not known",
      { settings: open({ defaultAction: deny }), virtualNetworkRules: gap, from: behind },
      "behind-proxy",
    ],
    ["it is on the way to everyone's registry", { settings: open(), from: { proxy: { noProxy: [] } } }, "public-open"],
  ],
};

describe.each(Object.entries(cases))("%s", (_, rows) => {
  test.for(rows)("%s", ([, given, reason]) => {
    const found = reach(ask(given));
    expect(found.reason).toBe(reason);
    expect(found.answer).toBe(reasons[reason][0]);
    expect(found.gaps.length > 0).toBe(found.answer === "unknown");
    expect(found.evidence.registryId ?? registryId).toBe(registryId);
  });
});

test("settings that could not be read make everything unknown", () => {
  const found = reach({ ...ask({}), network: registryNetwork({ settings: gap }) });
  expect(found).toMatchObject({ answer: "unknown", reason: "settings-not-known", gaps: [forbidden] });
});

test("every reason is given by some case", () => {
  const given = new Set(Object.values(cases).flatMap((rows) => rows.map(([, , reason]) => reason)));
  const unsaid = Object.keys(reasons).filter((reason) => !given.has(reason as keyof typeof reasons));
  expect(unsaid).toEqual(["settings-not-known"]);
});

test("the evidence marks what the registry left out as its documented default", () => {
  const settings = open({ publicNetworkAccess: { value: "Enabled", said: false } });
  expect(reach(ask({ settings })).evidence.publicNetworkAccess).toBe("Enabled (not said; the documented default)");
  expect(reach(ask({ settings })).evidence.defaultAction).toBe("Allow");
});

test("the zone that leads to an endpoint is the one to link", () => {
  const stale = { ...zone({ links: [], records: { contoso: ["10.0.9.9"] } }), id: "/zones/a" };
  const right = { ...zone({ links: [] }), id: "/zones/b" };
  const found = reach(ask({ zones: known([stale, right]) }));
  expect([found.reason, found.evidence.zoneIds]).toEqual(["zone-not-linked", ["/zones/b", "/zones/a"]]);
});

test("the addresses that are refused are named, also where there is no rule at all", () => {
  const { evidence } = reach(ask({ settings: open({ defaultAction: deny }) }));
  expect(evidence).toMatchObject({ outboundAddresses: ["203.0.113.10"], refusedAddresses: ["203.0.113.10"] });
});

test("what speaks against an answer is said", () => {
  const two = networkSettings({ connections: [connection(), connection("Approved", `${endpointId}2`)] });
  const shared = zone({
    records: { contoso: ["10.0.1.5", "10.0.2.5"], "contoso.westeurope.data": ["10.0.1.4", "10.0.2.4"] },
  });
  const several = reach(ask({ settings: two, endpoints: known([endpoint(), other]), zones: known([shared]) }));
  expect([several.reason, ...several.contradicting]).toEqual([
    "private-endpoint",
    "contoso.azurecr.io resolves to 2 endpoints; clients get either, whether they can route to it or not.",
  ]);
  const left = reach(ask({ settings: open(), endpoints: known([]) }));
  expect([left.reason, ...left.contradicting]).toEqual([
    "public-open",
    expect.stringMatching(
      /privatelink\.azurecr\.io, which has 10\.0\.1\.5 for contoso\.azurecr\.io, left from an endpoint/,
    ),
  ]);
});

test("an endpoint in the puller's own network that its name does not lead to is said", () => {
  const two = networkSettings({ connections: [connection(), connection("Approved", `${endpointId}2`)] });
  const elsewhere = { ...other, subnetId: `${spokeId}/subnets/endpoints` };
  const zones = (contoso: string, data: string) =>
    known([zone({ records: { contoso: [contoso], "contoso.westeurope.data": [data] } })]);
  const asked = { settings: two, endpoints: known([endpoint(), elsewhere]) };
  expect(reach(ask({ ...asked, zones: zones("10.0.2.5", "10.0.2.4") })).contradicting).toEqual([
    `contoso.azurecr.io resolves to ${endpointId}2 in another network, though ${endpointId} stands in ${hubId} itself; clients depend on a route to the other.`,
  ]);
  expect(reach(ask({ ...asked, zones: zones("10.0.1.5", "10.0.1.4") })).contradicting).toEqual([]);
});

test("of several addresses those alone are called wrong that no endpoint has", () => {
  const { evidence } = reach(ask({ zones: known([zone({ records: { contoso: ["10.0.1.5", "10.0.1.99"] } })]) }));
  expect(evidence.addresses).toEqual(["10.0.1.99"]);
});

test("the zone that lacks the data is the one to repair", () => {
  const { evidence } = reach(ask({ zones: known([zone(), below("westeurope.data", {})]) }));
  expect(evidence.zoneIds).toEqual([`${zoneId}-westeurope.data`]);
});

test("an endpoint that its connection does not name is named by the connection", () => {
  const { gaps } = reach(ask({ settings: networkSettings({ connections: [connection("Approved", "")] }) }));
  expect(gaps[0]?.detail).toContain("the addresses of the endpoint of connection contoso.1");
});

test("what was not checked is said", () => {
  expect(reach(ask({})).notChecked).toContain("network security groups");
  const dual = { outboundAddresses: known(["203.0.113.10", "2001:db8::10"]) };
  const byRule = open({ defaultAction: deny, ipRules: ["203.0.113.10"] });
  expect(reach(ask({ settings: byRule, from: dual })).notChecked.join()).toContain("whether the registry answers IPv6");
  expect(reach(ask({ settings: byRule })).notChecked.join()).not.toContain("IPv6");
  expect(reach(ask({ from: { service: "containerApp" } })).notChecked.join()).toContain("exchanges its token");
  expect(reach(ask({ from: { service: "webApp" } })).notChecked.join()).not.toContain("exchanges its token");
  const task = { service: "task", networks: known([]), managedIdentity: false } as const;
  const shut = { settings: networkSettings(none) };
  expect(reach(ask({ ...shut, from: { ...task, perhapsTrusted: true } })).notChecked.join()).toContain("user-assigned");
  expect(reach(ask({ ...shut, from: task })).notChecked.join()).not.toContain("user-assigned");
  const hidden = reach(ask({ zones: known([zone({ links: [] })]) })).notChecked;
  expect(hidden).toContain("private zones in subscriptions that the identity cannot read");
});

const statuses = ["Approved", "Pending", "Rejected", "Disconnected"] as const;
const addresses = ["203.0.113.10", "203.0.113.11", "198.51.100.1"];
const ranges = ["203.0.113.10", "203.0.113.0/24", "198.51.100.0/25", "10.0.0.0/8", "no range"];
const perhaps = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 4, arbitrary: value.map(known) }, { weight: 1, arbitrary: fc.constant(gap) });
const anySettings: fc.Arbitrary<NetworkSettings> = fc.record({
  publicNetworkAccess: fc.constantFrom("Enabled" as const, "Disabled" as const).map(said),
  defaultAction: fc.constantFrom("Allow" as const, "Deny" as const).map(said),
  ipRules: fc.subarray(ranges),
  trustedServices: fc.boolean().map(said),
  trustedTasks: fc.boolean().map(said),
  dataEndpointEnabled: fc.boolean(),
  dataEndpointHostNames: fc.constant([]),
  connections: fc
    .subarray([endpointId, `${endpointId}2`])
    .chain((ids) => fc.tuple(...ids.map((id) => fc.constantFrom(...statuses).map((status) => connection(status, id))))),
  exportAllowed: fc.boolean().map(said),
});
const anyZone = fc.record({
  networks: fc.subarray([hubId, spokeId]),
  fallsBack: fc.boolean(),
  records: fc.constantFrom(
    {},
    { contoso: ["10.0.1.5"] },
    { contoso: ["10.0.1.99"] },
    { contoso: ["10.0.1.5"], "contoso.westeurope.data": ["10.0.1.4"] },
    { contoso: ["10.0.2.5"], "contoso.westeurope.data": ["10.0.2.4"] },
  ),
});
const other = endpoint({
  id: `${endpointId}2`,
  addresses: [
    { host: "contoso.azurecr.io", address: "10.0.2.5" },
    { host: "contoso.westeurope.data.azurecr.io", address: "10.0.2.4" },
  ],
});
const anyQuestion: fc.Arbitrary<ReachabilityQuestion & { readonly settings: NetworkSettings }> = fc
  .record({
    settings: anySettings,
    zones: perhaps(fc.array(anyZone, { maxLength: 2 })),
    endpoints: perhaps(fc.subarray([endpoint(), other])),
    virtualNetworkRules: perhaps(fc.subarray([nodesId, `${spokeId}/subnets/nodes`])),
    replicas: perhaps(fc.subarray(["northeurope"])),
    service: fc.constantFrom("aks", "containerApp", "containerGroup", "task", "webApp", "cacheRule"),
    managedIdentity: fc.boolean(),
    serviceEndpoints: fc.subarray(["Microsoft.ContainerRegistry"]),
    dnsServers: fc.subarray(["10.9.9.9"]),
    networks: perhaps(fc.subarray([hubId, spokeId])),
    outboundType: fc.constantFrom("loadBalancer", "userDefinedRouting", "none", "block"),
    outboundAddresses: perhaps(fc.subarray(addresses)),
    noProxy: fc.option(fc.subarray([".azurecr.io"]), { nil: undefined }),
  })
  .map(({ settings, zones, endpoints, virtualNetworkRules, replicas, ...given }) => ({
    settings,
    ...ask({
      settings,
      endpoints,
      virtualNetworkRules,
      replicas,
      zones: zones.known
        ? known(
            zones.value.map(({ networks, fallsBack, records }) =>
              zone({ links: networks.map((networkId) => ({ networkId, fallsBack })), records }),
            ),
          )
        : zones,
      from: {
        service: given.service as Vantage["service"],
        managedIdentity: given.managedIdentity,
        outboundType: given.outboundType as Vantage["outboundType"],
        outboundAddresses: given.outboundAddresses,
        networks: given.networks.known
          ? known(
              given.networks.value.map((id) => ({
                id,
                dnsServers: given.dnsServers,
                subnets: [{ id: `${id}/subnets/nodes`, serviceEndpoints: given.serviceEndpoints }],
              })),
            )
          : given.networks,
        ...(given.noProxy && { proxy: { noProxy: given.noProxy } }),
      },
    }),
  }));

function changed(question: ReachabilityQuestion, settings: NetworkSettings) {
  return reach({ ...question, network: { ...question.network, settings: known(settings) } });
}

test("one more IP rule never turns reachable into anything else", () => {
  fc.assert(
    fc.property(anyQuestion, fc.constantFrom(...ranges), ({ settings, ...question }, rule) => {
      fc.pre(reach(question).answer === "reachable");
      expect(changed(question, { ...settings, ipRules: [...settings.ipRules, rule] }).answer).toBe("reachable");
    }),
    { numRuns: 1000 },
  );
});

test("taking an approval back never makes a registry reachable", () => {
  fc.assert(
    fc.property(anyQuestion, fc.nat(1), ({ settings, ...question }, which) => {
      fc.pre(reach(question).answer !== "reachable");
      const connections = settings.connections.map((one, index) =>
        index === which % Math.max(1, settings.connections.length) ? { ...one, status: "Rejected" } : one,
      );
      expect(changed(question, { ...settings, connections }).answer).not.toBe("reachable");
    }),
    { numRuns: 1000 },
  );
});

test("turning public access off never makes a registry reachable", () => {
  fc.assert(
    fc.property(anyQuestion, ({ settings, ...question }) => {
      const off = changed(question, { ...settings, publicNetworkAccess: said("Disabled" as const) });
      fc.pre(off.answer === "reachable");
      expect(["reachable", "unknown"]).toContain(reach(question).answer);
    }),
    { numRuns: 1000 },
  );
});

test("what could not be read was not needed for a certain answer", () => {
  const kinds = ["zones", "endpoints", "virtualNetworkRules", "replicas"] as const;
  fc.assert(
    fc.property(anyQuestion, fc.constantFrom(...kinds), ({ settings: _, ...question }, kind) => {
      const blind = reach({ ...question, network: { ...question.network, [kind]: gap } });
      fc.pre(blind.answer !== "unknown" && kind !== "replicas"); // a replica that is not known of is not missed
      const seeing = reach(question).answer;
      const same = seeing === "unreachable" ? ["unreachable", "refused"] : [seeing];
      if (seeing !== "unknown") expect(same).toContain(blind.answer);
    }),
    { numRuns: 1000 },
  );
});
