import { isRestricted } from "../core/reachability.ts";
import { defineRule } from "../core/rule.ts";

export const artifactCacheShutOut = defineRule({
  id: "artifact-cache-shut-out",
  title: "Artifact cache is shut out by network rules",
  subject: "registry",
  severity: "high",
  category: "network",
  needs: ["registry", "network", "cacheRules"],

  why: "Artifact cache fills a registry from outside of its networks, as a trusted service. A registry with network rules that lets no trusted service in serves what it already holds, and nothing that is pulled for the first time.",
  failures: {
    shutOut: {
      message:
        "<registry> restricts its network, lets no trusted service in, and has <count> cache rule(s) (<upstreams>) that cannot fetch.",
      remediation: {
        text: "Let trusted services in; they still have to log in.",
        cli: "az acr update --subscription <subscriptionId> --name <registry> --allow-trusted-services true",
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

  evaluate: ({ registry, network, cacheRules }) => {
    const shared = { registry: registry.name, subscriptionId: registry.subscriptionId };
    if (cacheRules.length === 0) return [{ outcome: "notApplicable", statement: "noRules", evidence: shared }];
    const upstreams = cacheRules.map(({ upstream }) => upstream).toSorted();
    const evidence = { ...shared, count: cacheRules.length, upstreams };
    return isRestricted(network) && !network.trustedServices.value
      ? [{ outcome: "fail", failure: "shutOut", evidence }]
      : [{ outcome: "pass", statement: "letIn", evidence }];
  },
});
