import { counted } from "../core/counted.ts";
import { isApproved } from "../core/network/registry-network.ts";
import { defineRule } from "../core/rule.ts";

export const virtualNetworkRulesNotHonoured = defineRule({
  id: "virtual-network-rules-not-honoured",
  title: "Virtual network rules have no effect",
  subject: "registry",
  severity: "high",
  category: "network",
  needs: ["registry", "network", "virtualNetworkRules"],

  why: "Rules for subnets are in the portal's list and look like access, but count only while public access is on, and must not stand beside private endpoints. Clusters that rely on them get 403.",
  failures: {
    publicAccessOff: {
      message: "<registry> allows <subnets> by virtual network rules, which are dead while public access is off.",
      remediation: {
        text: "Reach the registry by private endpoints and remove the rules, or turn public access on and keep Deny as the default action.",
        cli: "az acr network-rule remove --subscription <subscriptionId> --name <registry> --subnet <subnetId>",
      },
    },
    besideEndpoints: {
      message: "<registry> has virtual network rules for <subnets> beside private endpoints, which is not supported.",
      remediation: {
        text: "Link the private zone to the networks of these subnets, then remove the rules.",
        cli: "az acr network-rule remove --subscription <subscriptionId> --name <registry> --subnet <subnetId>",
      },
    },
  },
  statements: {
    none: "<registry> has no virtual network rules.",
    honoured: "<registry> honours its virtual network rules for <subnets>.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-vnet",
    "https://learn.microsoft.com/azure/container-registry/container-registry-private-link",
  ],

  evaluate: ({ registry, network, virtualNetworkRules }) => {
    const [subnetId] = virtualNetworkRules;
    const shared = { registry: registry.name, subscriptionId: registry.subscriptionId };
    if (subnetId === undefined) return [{ outcome: "notApplicable", statement: "none", evidence: shared }];
    const evidence = {
      ...shared,
      subnets: counted(virtualNetworkRules.length, "subnet"),
      subnetId,
      subnetIds: virtualNetworkRules,
    };
    if (network.publicNetworkAccess.value === "Disabled") {
      return [{ outcome: "fail", failure: "publicAccessOff", evidence }];
    }
    return network.connections.some(isApproved)
      ? [{ outcome: "fail", failure: "besideEndpoints", severity: "medium", evidence }]
      : [{ outcome: "pass", statement: "honoured", evidence }];
  },
});
