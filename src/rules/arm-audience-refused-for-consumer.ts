import { defineRule } from "../core/rule.ts";
import { asksArmToken } from "../core/workload.ts";
import { workloadEvidence } from "../core/workload-evidence.ts";

const takeAgain =
  "az acr config authentication-as-arm update --subscription <registrySubscription> --registry <registry> --status enabled";

export const armAudienceRefusedForConsumer = defineRule({
  id: "arm-audience-refused-for-consumer",
  title: "Registry refuses the tokens of a consumer",
  subject: "puller",
  severity: "high",
  category: "credentials",
  needs: ["puller", "needs"],

  why: "App Service, Container Apps and AKS node images from before March 2025 log in to a registry with a Microsoft Entra token made for Azure Resource Manager. A registry that refuses those answers 401, token validation failed, to a workload whose identity and grants are all in order.",
  failures: {
    refused: {
      message:
        "<workload> pulls from <registry> with tokens made for Azure Resource Manager, as every <kind> with a managed identity does, and the registry refuses those.",
      remediation: {
        text: "Take such tokens again for as long as the workload pulls from this registry, or let it log in with a repository token.",
        cli: takeAgain,
      },
    },
    oldNodes: {
      message:
        "<workload> pulls from <registry>, which refuses tokens made for Azure Resource Manager, and the node images of <pools> still ask for those.",
      remediation: {
        text: "Upgrade the node images of these pools; until then let the registry take such tokens again.",
        cli: "az aks upgrade --subscription <subscription> --resource-group <group> --name <resource> --node-image-only --yes",
      },
    },
  },
  statements: {
    taken: "<workload> pulls from <registry>, which takes the tokens it uses.",
    noneKnown:
      "The node images of <pools> of <workload> ask for tokens made for Azure Resource Manager, and no registry that it needs is known.",
    notUsed: "<workload> uses no token made for Azure Resource Manager to pull.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-disable-authentication-as-arm",
    "https://learn.microsoft.com/azure/container-apps/managed-identity-image-pull",
  ],

  evaluate: ({ puller, needs }) => {
    const { armTokenPools: pools = [], undatedNodes, kind, name: workload } = puller;
    const concerned = needs.filter(
      ({ identity: { kind: login, fault } = puller.identity }) => login === "managedIdentity" || fault === "unclear",
    );
    const asks = asksArmToken(puller);
    if (pools.length > 0 && needs.length === 0)
      return [{ outcome: "notApplicable", statement: "noneKnown", evidence: { workload, pools } }];
    if ((!asks && undatedNodes === undefined) || concerned.length === 0)
      return [{ outcome: "notApplicable", statement: "notUsed", evidence: { workload } }];
    return concerned.map((need) => {
      const about = need.registryId.toLowerCase();
      if (!need.registry.known)
        return { outcome: "unknown", ...(about !== "" && { about }), gaps: [need.registry.gap] };
      const { subscriptionId: registrySubscription } = need.registry.value;
      const evidence = { ...workloadEvidence(puller, need), registrySubscription };
      if (need.registry.value.takesArmTokens.value) return { outcome: "pass", statement: "taken", about, evidence };
      const { kind: login, principalId } = need.identity ?? puller.identity;
      if (login !== "managedIdentity" && !principalId.known)
        return { outcome: "unknown", about, gaps: [principalId.gap] };
      if (!asks && undatedNodes) return { outcome: "unknown", about, gaps: [undatedNodes] };
      return kind === "aks"
        ? { outcome: "fail", failure: "oldNodes", about, evidence: { ...evidence, pools } }
        : { outcome: "fail", failure: "refused", about, evidence };
    });
  },
});
