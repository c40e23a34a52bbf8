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
        text: "Look first for who would be cut off where this audit cannot see: web and function apps, container apps and their jobs that pull with a managed identity, and AKS nodes with images from before March 2025; then take tokens made for Container Registry alone.",
        cli: "az acr config authentication-as-arm update --subscription <subscriptionId> --registry <registry> --status disabled",
      },
    },
    acceptedAsFarAsSeen: {
      message:
        "<registry> takes Microsoft Entra tokens made for Azure Resource Manager, and no workload of the subscriptions that this sweep looks at needs that.",
      remediation: {
        text: "Sweep every subscription before that is changed: a workload elsewhere may pull from here and would be cut off.",
        cli: "az acr config authentication-as-arm show --subscription <subscriptionId> --registry <registry>",
      },
    },
  },
  statements: {
    refused: "<registry> takes only tokens made for Container Registry.",
    needed: "<registry> takes tokens made for Azure Resource Manager, and <consumers> could not pull without.",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-disable-authentication-as-arm"],

  evaluate: ({ registry, armConsumers: { seen, narrowed } }) => {
    const { takesArmTokens, name, id, subscriptionId } = registry;
    const evidence = { registry: name, registryId: id, subscriptionId, said: takesArmTokens.said };
    if (!takesArmTokens.value) return [{ outcome: "pass", statement: "refused", evidence }];
    if (seen.length === 0)
      return [{ outcome: "fail", failure: narrowed ? "acceptedAsFarAsSeen" : "accepted", evidence }];
    const names = seen.filter(({ unsure }) => unsure === undefined).map((one) => one.name);
    const [gap, ...gaps] = seen.flatMap(({ unsure }) => unsure ?? []);
    if (names.length === 0 && gap) return [{ outcome: "unknown", gaps: [gap, ...gaps] }];
    const shown = names.slice(0, shownLimit).join(", ");
    const consumers = names.length > shownLimit ? `${shown} and others` : shown;
    return [{ outcome: "notApplicable", statement: "needed", evidence: { ...evidence, consumers } }];
  },
});

const shownLimit = 5;
