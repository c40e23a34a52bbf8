import { expect, test } from "vitest";
import { known, missing } from "../../src/core/collected.ts";
import { evaluate } from "../../src/core/evaluate.ts";
import type { RegistryNetwork } from "../../src/core/network/registry-network.ts";
import type { Vantage } from "../../src/core/network/vantage.ts";
import { registryOutOfReach } from "../../src/rules/registry-out-of-reach.ts";
import {
  clusterId,
  connection,
  context,
  endpoint,
  endpointId,
  forbidden,
  hubId,
  need,
  networkSettings,
  puller,
  pullerSnapshot,
  realm,
  registryId,
  registryNetwork,
  subscriptionId,
  vantage,
  zone,
  zoneId,
} from "../facts.ts";
import { siteId } from "../workload-facts.ts";
import { judges } from "./judges.ts";

const about = registryId.toLowerCase();
const nodesId = `${hubId}/subnets/nodes`;
const enabled = { value: "Enabled", said: true } as const;
const withEndpoint = known([
  { id: hubId, dnsServers: [], subnets: [{ id: nodesId, serviceEndpoints: ["Microsoft.ContainerRegistry"] }] },
]);
const given = (
  settings: Parameters<typeof networkSettings>[0],
  around: Partial<RegistryNetwork> = {},
  from: Partial<Vantage> = {},
) =>
  pullerSnapshot({
    needs: [need({ network: registryNetwork({ settings: known(networkSettings(settings)), ...around }) })],
    vantage: vantage(from),
  });
const webApp = (from: Partial<Vantage> = {}) =>
  pullerSnapshot({
    puller: puller({ kind: "webApp", id: siteId }),
    needs: [need({ network: registryNetwork() })],
    vantage: vantage({ service: "webApp", networks: known([]), ...from }),
  });
const rules = { publicNetworkAccess: enabled, connections: [] };

judges(registryOutOfReach, {
  "passes when the private endpoint answers": {
    given: pullerSnapshot(),
    gives: ["reachable"],
    outcome: "pass",
    message: "shop reaches contoso: private-endpoint.",
  },
  "fails when the private zone is linked to other networks": {
    given: given({}, { zones: known([zone({ links: [{ networkId: `${hubId}2`, fallsBack: false }] })]) }),
    gives: ["zoneNotLinked"],
    message:
      "shop needs contoso, but its network hub is not linked to the private zone, so it asks the public address, which refuses it.",
    finding: { severity: "high", about },
    command: `az network private-dns link vnet create --subscription ${subscriptionId} --resource-group rg-network --zone-name privatelink.azurecr.io --name hub-rg-network --virtual-network ${hubId} --registration-enabled false`,
  },
  "fails when no zone has a record of its endpoint": {
    given: given({}, { zones: known([]), keptZones: known([]) }),
    gives: ["zoneMissing"],
    message:
      "shop needs contoso, but no private zone has a record of its private endpoint, so hub asks the public address, which refuses it.",
    command: `az network private-dns zone create --subscription ${subscriptionId} --resource-group rg-network --name privatelink.azurecr.io`,
  },
  "has the records kept where an empty zone was made": {
    given: given({}, { zones: known([zone({ links: [], records: {} })]), keptZones: known([]) }),
    gives: ["zoneMissing"],
    command: `az network private-endpoint dns-zone-group create --subscription ${subscriptionId} --resource-group rg-network --endpoint-name pe-contoso --name default --private-dns-zone ${zoneId} --zone-name registry`,
  },
  "fails when the linked zone has no record and falls back to the public address": {
    given: given(
      {},
      { keptZones: known([]), zones: known([zone({ links: [{ networkId: hubId, fallsBack: true }], records: {} })]) },
    ),
    gives: ["recordBroken"],
    message:
      "shop needs contoso, but the private zone of its network leads nowhere: it has no record of the registry, and the public address, to which it falls back, refuses the puller.",
    command: `az network private-endpoint dns-zone-group create --subscription ${subscriptionId} --resource-group rg-network --endpoint-name pe-contoso --name default --private-dns-zone ${zoneId} --zone-name registry`,
  },
  "fails when its address is not allowed": {
    given: given({ ...rules, ipRules: ["192.0.2.1"] }),
    gives: ["addressRefused"],
    message: "shop needs contoso, which refuses 203.0.113.10, where its traffic comes from.",
    command: `az acr network-rule add --subscription ${subscriptionId} --name contoso --ip-address 203.0.113.10`,
  },
  "fails when one of its two addresses is not allowed": {
    given: given(
      { ...rules, ipRules: ["203.0.113.10"] },
      {},
      { outboundAddresses: known(["203.0.113.10", "203.0.113.11"]) },
    ),
    gives: ["addressRefused"],
    message: "shop needs contoso, which refuses 203.0.113.11, where its traffic comes from.",
    command: `az acr network-rule add --subscription ${subscriptionId} --name contoso --ip-address 203.0.113.11`,
  },
  "allows both addresses in one change when neither is": {
    given: given(
      { ...rules, ipRules: ["192.0.2.1"] },
      {},
      { outboundAddresses: known(["203.0.113.10", "203.0.113.11"]) },
    ),
    gives: ["addressRefused"],
    command: `az resource update --ids ${registryId} --api-version 2025-11-01 --add properties.networkRuleSet.ipRules action=Allow value=203.0.113.10 --add properties.networkRuleSet.ipRules action=Allow value=203.0.113.11`,
  },
  "names no address where none is known": {
    given: given(
      rules,
      { virtualNetworkRules: known([nodesId]) },
      { service: "webApp", networks: known([]), outboundAddresses: missing(forbidden) },
    ),
    gives: ["shut"],
    message:
      "shop needs contoso, which lets it in by no way: it has no IP rule, and no virtual network rule is for this puller.",
    command: `az acr network-rule add --subscription ${subscriptionId} --name contoso --ip-address IP_ADDRESS`,
  },
  "passes when its address is allowed": {
    given: given({ ...rules, ipRules: ["203.0.113.0/28"] }),
    gives: ["reachable"],
  },
  "fails when public access is off and there is no endpoint": {
    given: given({ connections: [] }),
    gives: ["shut"],
    message:
      "shop needs contoso, which lets it in by no way: public access is off, and it has no approved endpoint that this puller resolves.",
    command: `az network private-endpoint create --subscription ${subscriptionId} --resource-group rg-network --location westeurope --name pe-contoso-2 --subnet ${nodesId} --private-connection-resource-id ${registryId} --group-id registry --connection-name pe-contoso-2`,
  },
  "moves a workload into a network where it stands in none": {
    given: pullerSnapshot({
      puller: puller({ kind: "containerApp", id: clusterId }),
      needs: [need({ network: registryNetwork() })],
      vantage: vantage({ service: "containerApp", networks: known([]) }),
    }),
    gives: ["shut"],
    command: `az containerapp env create --subscription ${subscriptionId} --resource-group rg-aks --name ENVIRONMENT_NAME --location westeurope --infrastructure-subnet-resource-id SUBNET_ID`,
  },
  "fails when everybody is denied": { given: given(rules), gives: ["shut"] },
  "fails when the cluster blocks egress": {
    given: given({ ...rules, defaultAction: { value: "Allow", said: true } }, {}, { outboundType: "block" }),
    gives: ["shut"],
  },
  "fails when the endpoint waits for approval": {
    given: given({ connections: [connection("Pending")] }),
    gives: ["endpointNotApproved"],
    command: `az acr private-endpoint-connection approve --subscription ${subscriptionId} --registry-name contoso --name contoso.1`,
  },
  "names the connection that waits, and not one that cannot be approved": {
    given: given({
      connections: [
        { ...connection("Disconnected", ""), name: "contoso.0" },
        { ...connection("Pending"), name: "contoso.2" },
      ],
    }),
    gives: ["endpointNotApproved"],
    command: `az acr private-endpoint-connection approve --subscription ${subscriptionId} --registry-name contoso --name contoso.2`,
  },
  "fails when no connection is left to approve": {
    given: given({ connections: [connection("Disconnected")] }, { zones: known([]) }),
    gives: ["shut"],
    message:
      "shop needs contoso, which lets it in by no way: public access is off, and none of its private endpoints is approved.",
  },
  "fails when the record outlived the endpoint": {
    given: given({ connections: [connection("Disconnected")] }, { endpoints: known([]) }),
    gives: ["shut"],
    message:
      "shop needs contoso, which lets it in by no way: its record of contoso.azurecr.io is 10.0.1.5, which no approved endpoint has.",
  },
  "fails when a web app does not pull over the network that it is integrated with": {
    given: webApp({ unusedSubnetId: nodesId }),
    gives: ["pullsPastNetwork"],
    message:
      "shop needs contoso, which refuses it: it does not pull over the virtual network that it is integrated with, so it misses the private endpoint.",
    command: `az resource update --ids ${siteId} --set properties.outboundVnetRouting.imagePullTraffic=true`,
  },
  "fails when a web app is integrated with no network": {
    given: webApp(),
    gives: ["inNoNetwork"],
    command: `az resource update --ids ${siteId} --set properties.virtualNetworkSubnetId=SUBNET_ID properties.outboundVnetRouting.imagePullTraffic=true`,
  },
  "passes when a web app pulls over its network": { given: given({}, {}, { service: "webApp" }), gives: ["reachable"] },
  "fails otherwise when there is no endpoint that a web app could miss": {
    given: given({ connections: [] }, {}, { service: "webApp", networks: known([]), unusedSubnetId: nodesId }),
    gives: ["shut"],
  },
  "fails when the allowed subnet lacks the service endpoint": {
    given: given(rules, { virtualNetworkRules: known([nodesId]) }),
    gives: ["serviceEndpointMissing"],
    message: "shop needs contoso, which allows its subnet nodes, but the subnet lacks the service endpoint.",
    command: `az network vnet subnet update --ids ${nodesId} --add serviceEndpoints service=Microsoft.ContainerRegistry`,
  },
  "passes when it has the service endpoint": {
    given: given(rules, { virtualNetworkRules: known([nodesId]) }, { networks: withEndpoint }),
    gives: ["reachable"],
  },
  "fails when the service endpoint hides the allowed address": {
    given: given({ ...rules, ipRules: ["203.0.113.10"] }, {}, { networks: withEndpoint }),
    gives: ["serviceEndpointHidesAddress"],
    message:
      "shop needs contoso, which no IP rule lets it into: the service endpoint of subnet nodes sends the private address, and no rule names the subnet.",
  },
  "fails when a trusted service is not let in": {
    given: given(
      { connections: [], trustedServices: { value: false, said: true } },
      {},
      { service: "containerGroup", networks: known([]) },
    ),
    gives: ["trustedServicesOff"],
    command: `az acr update --subscription ${subscriptionId} --name contoso --allow-trusted-services true`,
  },
  "fails when virtual network rules bar trusted services": {
    given: given(
      rules,
      { virtualNetworkRules: known([nodesId]) },
      { service: "containerGroup", networks: known([]), outboundAddresses: missing(forbidden) },
    ),
    gives: ["trustedServicesBarred"],
    command: `az acr network-rule remove --subscription ${subscriptionId} --name contoso --subnet ${nodesId}`,
  },
  "passes when it is let in": { given: given({}, {}, { service: "containerGroup" }), gives: ["reachable"] },
  "fails when tasks are not let in": {
    given: given({ connections: [] }, {}, { service: "task", networks: known([]) }),
    gives: ["tasksBypassOff"],
  },
  "fails when the linked zone has no record": {
    given: given({}, { keptZones: known([]), zones: known([zone({ records: {} })]) }),
    gives: ["recordBroken"],
    message:
      "shop needs contoso, but the private zone of its network leads nowhere: it has no record of contoso.azurecr.io.",
    command: `az network private-endpoint dns-zone-group create --subscription ${subscriptionId} --resource-group rg-network --endpoint-name pe-contoso --name default --private-dns-zone ${zoneId} --zone-name registry`,
  },
  "names the endpoint that stands in the network, of two": {
    given: given(
      { connections: [connection("Approved", `${endpointId}0`), connection()] },
      {
        endpoints: known([
          endpoint({ id: `${endpointId}0`, name: "pe-0", subnetId: `${hubId}2/subnets/endpoints` }),
          endpoint(),
        ]),
        keptZones: known([]),
        zones: known([zone({ records: {} })]),
      },
    ),
    gives: ["recordBroken"],
    command: `az network private-endpoint dns-zone-group create --subscription ${subscriptionId} --resource-group rg-network --endpoint-name pe-contoso --name default --private-dns-zone ${zoneId} --zone-name registry`,
  },
  "fails when the record leads elsewhere": {
    given: given({}, { zones: known([zone({ records: { contoso: ["10.9.9.9"] } })]) }),
    gives: ["recordBroken"],
  },
  "fails when only the layers cannot be fetched": {
    given: given({}, { zones: known([zone({ records: { contoso: ["10.0.1.5"] } })]) }),
    gives: ["recordBroken"],
    message:
      "shop needs contoso, but the private zone of its network leads nowhere: it has no right record of contoso.westeurope.data.azurecr.io, so layers cannot be fetched.",
  },
  "cannot tell when the zones could not be read": {
    given: given({}, { zones: missing(forbidden) }),
    gives: ["unknown"],
    undecided: [about],
  },
  "cannot tell of a registry that could not be read": {
    given: pullerSnapshot({ needs: [need({ registryId: "", registry: missing(forbidden) })] }),
    gives: ["unknown"],
    undecided: "all",
  },
  "does not apply to a puller without a registry": {
    given: pullerSnapshot({ needs: [] }),
    gives: ["noneNeeded"],
    outcome: "notApplicable",
  },
});

test("registry-out-of-reach says in words why, of every reason", () => {
  const tasksOff = given({ connections: [] }, {}, { service: "task", networks: known([]) });
  const whyOf = (snapshot: typeof tasksOff) =>
    evaluate(registryOutOfReach, snapshot, context, realm).findings.map(({ evidence }) => evidence.why);
  expect(whyOf(given({ connections: [] }))).toEqual([
    "public access is off, and it has no approved endpoint that this puller resolves",
  ]);
  expect(whyOf(tasksOff)).toEqual(["Tasks are not let past the network rules since June 2025 unless that is allowed"]);
});
