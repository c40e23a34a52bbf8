import { isApproved } from "../core/network/registry-network.ts";
import { defineRule } from "../core/rule.ts";

export const registryWithoutWayIn = defineRule({
  id: "registry-without-way-in",
  title: "Registry lets no network in",
  subject: "registry",
  severity: "critical",
  category: "network",
  needs: ["registry", "network", "virtualNetworkRules"],

  why: "Nobody but trusted services of Azure gets an answer from such a registry: every pull and push from clusters, pipelines and people ends with 403, which looks like a missing permission.",
  failures: {
    publicAccessOff: {
      message: "<registry> has public access turned off and no approved private endpoint.",
      remediation: {
        text: "Add a private endpoint in a network that pulls, or turn public access on again with rules for the addresses that pull.",
        cli: "az network private-endpoint create --subscription <subscriptionId> --resource-group <resourceGroup> --name <endpointName> --subnet <subnet> --private-connection-resource-id <registryId> --group-id registry --connection-name <endpointName>",
      },
    },
    noRule: {
      message: "<registry> denies every address by default and has neither a rule nor an approved private endpoint.",
      remediation: {
        text: "Allow the addresses that the clusters and pipelines come from, or add a private endpoint.",
        cli: "az acr network-rule add --subscription <subscriptionId> --name <registry> --ip-address <address>",
      },
    },
  },
  statements: { wayIn: "<registry> can be reached: <ways>." },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks",
    "https://learn.microsoft.com/azure/container-registry/container-registry-private-link",
  ],

  evaluate: ({ registry, network, virtualNetworkRules }) => {
    const approved = network.connections.filter(isApproved).length;
    const evidence = {
      registry: registry.name,
      registryId: registry.id,
      subscriptionId: registry.subscriptionId,
      connections: network.connections.map(({ name, status }) => `${name} (${status})`),
      trustedServices: network.trustedServices.value,
    };
    if (approved === 0 && network.publicNetworkAccess.value === "Disabled") {
      const [, resourceGroup = ""] = /\/resourcegroups\/([^/]+)/i.exec(registry.id) ?? [];
      const wanted = { resourceGroup, endpointName: `pe-${registry.name}`, subnet: "SUBNET_ID" };
      return [{ outcome: "fail", failure: "publicAccessOff", evidence: { ...evidence, ...wanted } }];
    }
    const rules = network.ipRules.length + virtualNetworkRules.length;
    if (approved === 0 && network.defaultAction.value === "Deny" && rules === 0) {
      const wanted = { address: "IP_ADDRESS_OR_RANGE" };
      return [{ outcome: "fail", failure: "noRule", severity: "high", evidence: { ...evidence, ...wanted } }];
    }
    const ways = [
      ...(approved > 0 ? [`${approved} approved private endpoint(s)`] : []),
      ...(network.publicNetworkAccess.value === "Disabled"
        ? []
        : [network.defaultAction.value === "Allow" ? "from everywhere" : `${rules} network rule(s)`]),
    ];
    return [{ outcome: "pass", statement: "wayIn", evidence: { ...evidence, ways } }];
  },
});
