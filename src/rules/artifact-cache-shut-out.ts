import { counted } from "../core/counted.ts";
import { isRestricted } from "../core/reachability.ts";
import { allowTrustedServices } from "../core/remedy/network/allow-trusted-services.ts";
import { defineRule } from "../core/rule.ts";

export const artifactCacheShutOut = defineRule({
  id: "artifact-cache-shut-out",
  title: "Artifact cache is shut out by network rules",
  subject: "registry",
  severity: "high",
  category: "network",
  needs: ["registry", "network", "virtualNetworkRules", "cacheRules"],

  why: "Artifact cache fills a registry from outside of its networks, as a trusted service. A registry with network rules that lets no trusted service in serves what it already holds, and nothing that is pulled for the first time.",
  failures: {
    shutOut: {
      message:
        "<registry> restricts its network, lets no trusted service in, and has <rules> (<upstreams>) that cannot fetch.",
      remediation: {
        text: "Let trusted services in; they still have to log in.",
        cli: allowTrustedServices.cli,
      },
    },
    subnetRules: {
      message:
        "<registry> has virtual network rules, with which trusted services do not get in, so its <rules> (<upstreams>) cannot fetch.",
      remediation: {
        text: "Reach the registry by private endpoints in place of the virtual network rules: trusted services get past those.",
        cli: "az acr network-rule list --subscription <registrySubscription> --name <registry>",
      },
    },
  },
  statements: {
    letIn: "<registry> lets its artifact cache in.",
    noRules: "<registry> has no cache rules.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/allow-access-trusted-services",
    "https://learn.microsoft.com/azure/container-registry/artifact-cache-overview",
  ],

  evaluate: ({ registry, network, virtualNetworkRules, cacheRules }) => {
    const shared = { registry: registry.name, registrySubscription: registry.subscriptionId };
    if (cacheRules.length === 0) return [{ outcome: "notApplicable", statement: "noRules", evidence: shared }];
    const upstreams = cacheRules.map(({ upstream }) => upstream).toSorted();
    const evidence = { ...shared, rules: counted(cacheRules.length, "cache rule"), upstreams };
    if (!isRestricted(network)) return [{ outcome: "pass", statement: "letIn", evidence }];
    if (!network.trustedServices.value) return [{ outcome: "fail", failure: "shutOut", evidence }];
    return virtualNetworkRules.length > 0
      ? [{ outcome: "fail", failure: "subnetRules", evidence }]
      : [{ outcome: "pass", statement: "letIn", evidence }];
  },
});
