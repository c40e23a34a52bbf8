import { defineRule } from "../core/rule.ts";

export const armAudienceTokenAccepted = defineRule({
  id: "arm-audience-token-accepted",
  title: "Registry takes tokens made for Resource Manager",
  subject: "registry",
  severity: "low",
  category: "credentials",
  needs: ["registry", "armConsumers"],

  why: "A token made for Azure Resource Manager opens everything its holder may manage. A registry that takes such tokens invites clients to send them to it, and escapes conditional access policies that are made for Container Registry alone.",
  failures: {
    accepted: {
      message:
        "<registry> takes Microsoft Entra tokens made for Azure Resource Manager, and no workload that is visible needs that.",
      remediation: {
        text: "Take tokens made for Container Registry alone; web apps and container apps with a managed identity could then not pull from it.",
        cli: "az acr config authentication-as-arm update --registry <registry> --status disabled",
      },
    },
  },
  statements: {
    refused: "<registry> takes only tokens made for Container Registry.",
    needed: "<registry> takes tokens made for Azure Resource Manager, and <consumers> could not pull without.",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-disable-authentication-as-arm"],

  evaluate: ({ registry, armConsumers }) => {
    const { takesArmTokens, name, id } = registry;
    const evidence = { registry: name, registryId: id, said: takesArmTokens.said };
    if (!takesArmTokens.value) return [{ outcome: "pass", statement: "refused", evidence }];
    if (armConsumers.length === 0) return [{ outcome: "fail", failure: "accepted", evidence }];
    const names = armConsumers.map((one) => one.name);
    const more = names.length > shownLimit ? [`${names.length - shownLimit} more`] : [];
    const consumers = [...names.slice(0, shownLimit), ...more];
    return [{ outcome: "notApplicable", statement: "needed", evidence: { ...evidence, consumers } }];
  },
});

const shownLimit = 5;
