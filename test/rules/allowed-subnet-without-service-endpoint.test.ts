import { known, missing } from "../../src/core/collected.ts";
import type { AllowedSubnet } from "../../src/core/network/allowed-subnet.ts";
import { allowedSubnetWithoutServiceEndpoint } from "../../src/rules/allowed-subnet-without-service-endpoint.ts";
import { forbidden, hubId, networkSettings, registrySnapshot, subscriptionId } from "../facts.ts";
import { judges } from "./judges.ts";

const nodesId = `${hubId}/subnets/nodes`;
const toolsId = `${hubId}/subnets/Tools`;
const acr = "Microsoft.ContainerRegistry";
const enabled = { value: "Enabled", said: true } as const;

const subnet = (id: string, ...serviceEndpoints: readonly string[]): AllowedSubnet => ({
  id,
  subnet: known({ id, serviceEndpoints }),
});
const gone = (id: string): AllowedSubnet => ({ id, subnet: known(null) });
const unread = (id: string): AllowedSubnet => ({ id, subnet: missing({ ...forbidden, fact: "subnet" }) });

/** A registry that denies all but some subnets, unless said otherwise. */
function given(subnets: readonly AllowedSubnet[], changes: Parameters<typeof networkSettings>[0] = {}) {
  const settings = known(networkSettings({ publicNetworkAccess: enabled, connections: [], ...changes }));
  const snapshot = registrySnapshot({}, { settings, virtualNetworkRules: known(subnets.map(({ id }) => id)) });
  return { ...snapshot, facts: { ...snapshot.facts, allowedSubnets: known(subnets) } };
}

judges(allowedSubnetWithoutServiceEndpoint, {
  "fails when the subnet has no service endpoint": {
    given: given([subnet(nodesId)]),
    gives: ["withoutEndpoint"],
    message:
      "contoso allows the subnet hub/nodes, which has no service endpoint Microsoft.ContainerRegistry, so the rule lets nobody in.",
    finding: { severity: "high", about: nodesId.toLowerCase() },
    command: `az network vnet subnet update --ids ${nodesId} --service-endpoints ${acr}`,
  },
  "passes when it has one": {
    given: given([subnet(nodesId, acr)]),
    gives: ["open"],
    message: "contoso allows only subnets that have the service endpoint: 1.",
  },
  "passes when it is written in another case and stands beside others": {
    given: given([subnet(nodesId, "Microsoft.Storage", acr.toLowerCase())]),
    gives: ["open"],
  },
  "names the service endpoints that the subnet has in the command, which replaces them": {
    given: given([subnet(nodesId, "Microsoft.Storage", "Microsoft.KeyVault")]),
    gives: ["withoutEndpoint"],
    command: `az network vnet subnet update --ids ${nodesId} --service-endpoints '[Microsoft.Storage,Microsoft.KeyVault,${acr}]'`,
  },
  "judges each subnet on its own": {
    given: given([subnet(nodesId, acr), subnet(toolsId)]),
    gives: ["withoutEndpoint"],
    finding: { about: toolsId.toLowerCase() },
    undecided: [],
  },
  "fails when the subnet does not exist any more": {
    given: given([gone(nodesId)]),
    gives: ["gone"],
    message: "contoso allows the subnet hub/nodes, which does not exist any more, so the rule lets nobody in.",
    finding: { severity: "medium", about: nodesId.toLowerCase() },
    command: `az acr network-rule remove --subscription ${subscriptionId} --name contoso --subnet ${nodesId}`,
  },
  "cannot tell of a subnet that cannot be read": {
    given: given([unread(nodesId)]),
    gives: ["unknown"],
    outcome: "unknown",
    undecided: [nodesId.toLowerCase()],
  },
  "fails for one subnet although another one cannot be read": {
    given: given([unread(nodesId), subnet(toolsId)]),
    gives: ["unknown", "withoutEndpoint"],
    outcome: "fail",
    undecided: [nodesId.toLowerCase()],
  },
  "does not pass for one subnet while another one cannot be read": {
    given: given([subnet(nodesId, acr), unread(toolsId)]),
    gives: ["unknown"],
    outcome: "unknown",
    undecided: [toolsId.toLowerCase()],
  },
  "says an id that is no subnet's as it is": {
    given: given([gone("elsewhere")]),
    gives: ["gone"],
    message: "contoso allows the subnet elsewhere, which does not exist any more, so the rule lets nobody in.",
  },
  "does not apply while public access is off, where the rules are dead": {
    given: given([subnet(nodesId)], { publicNetworkAccess: { value: "Disabled", said: true } }),
    gives: ["notRead"],
    outcome: "notApplicable",
  },
  "does not apply where everybody is let in": {
    given: given([subnet(nodesId)], { defaultAction: { value: "Allow", said: true } }),
    gives: ["notRead"],
    outcome: "notApplicable",
  },
  "does not apply without such rules": { given: given([]), gives: ["none"], outcome: "notApplicable" },
});
