import { registrySetting } from "../registry-bicep.ts";
import type { Template } from "../remedy.ts";

/** Only preview API versions know virtual network rules. */
export const allowSubnet = {
  text: "Allow the subnet by a virtual network rule, or take its service endpoint away so that the registry sees the public address.",
  cli: "az acr network-rule add --subscription <registrySubscription> --name <registry> --subnet <subnetId>",
  bicep: registrySetting(
    `networkRuleSet: {
      defaultAction: 'Deny'
      virtualNetworkRules: [
        // … those that it has, and its ipRules
        { action: 'Allow', virtualNetworkSubnetResourceId: '<subnetId>' }
      ]
    }`,
    "2026-03-01-preview",
  ),
} as const satisfies Template;
