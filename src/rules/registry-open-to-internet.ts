import { isRestricted } from "../core/reachability.ts";
import { defineRule } from "../core/rule.ts";

export const registryOpenToInternet = defineRule({
  id: "registry-open-to-internet",
  title: "Registry answers the whole internet",
  subject: "registry",
  severity: "medium",
  category: "network",
  needs: ["registry", "network"],

  why: "A stolen password, token or secret works from anywhere in the world. With network rules or private endpoints it works only from your own networks, and a leak is not yet a breach.",
  failures: {
    open: {
      message: "<registry> takes logins from every address on the internet.",
      remediation: {
        text: "Add rules for the addresses that pull and push, or private endpoints, and then deny the rest: clients without a rule lose access at once.",
        cli: "az acr update --subscription <subscriptionId> --name <registry> --default-action Deny",
      },
    },
    openBelowPremium: {
      message: "<registry> takes logins from every address on the internet, and its SKU <sku> has no network rules.",
      remediation: {
        text: "Move the registry to Premium, which has network rules and private endpoints, or accept that logins alone protect it.",
        cli: "az acr update --subscription <subscriptionId> --name <registry> --sku Premium",
      },
    },
  },
  statements: {
    restricted: "<registry> is restricted: public access <publicNetworkAccess>, by default <defaultAction>.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks",
    "https://learn.microsoft.com/azure/container-registry/container-registry-private-link",
  ],

  evaluate: ({ registry, network }) => {
    const { publicNetworkAccess, defaultAction } = network;
    const evidence = {
      registry: registry.name,
      subscriptionId: registry.subscriptionId,
      sku: registry.sku,
      publicNetworkAccess: publicNetworkAccess.value,
      defaultAction: defaultAction.value,
      byDefault: [
        ...(publicNetworkAccess.said ? [] : ["publicNetworkAccess"]),
        ...(defaultAction.said ? [] : ["defaultAction"]),
      ],
    };
    if (isRestricted(network)) return [{ outcome: "pass", statement: "restricted", evidence }];
    const failure = registry.sku.toLowerCase() === "premium" ? "open" : "openBelowPremium";
    return [{ outcome: "fail", failure, evidence }];
  },
});
