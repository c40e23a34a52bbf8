import { parseResourceId, sameId } from "../core/resource-id.ts";
import { defineRule } from "../core/rule.ts";

export const nodePoolLacksKubeletIdentity = defineRule({
  id: "node-pool-lacks-kubelet-identity",
  title: "Node pool lacks the kubelet identity",
  subject: "puller",
  severity: "high",
  category: "credentials",
  needs: ["puller"],

  why: "Nodes log in as the kubelet identity only while their scale set carries it. Where somebody or something took it off, every pull from that pool fails with 401 Unauthorized, whatever the identity is granted, while other pools of the cluster go on.",
  failures: {
    lacking: {
      message: "<cluster> pulls as <kubeletIdentity>, which the scale sets of its pools <pools> do not carry.",
      remediation: {
        text: "Have AKS reconcile the cluster, which puts the identity back on its scale sets.",
        cli: "az aks update --subscription <subscription> --resource-group <group> --name <cluster> --yes",
      },
    },
  },
  statements: {
    carried: "<cluster> has its kubelet identity on every scale set.",
    noScaleSets: "<cluster> has no kubelet identity or no scale sets that could lack it.",
  },
  references: [
    "https://learn.microsoft.com/azure/aks/use-managed-identity",
    "https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/extensions/cannot-pull-image-from-acr-to-aks-cluster",
  ],

  evaluate: ({ puller }) => {
    const { identity, nodePools, unseenPools = [], name: cluster } = puller;
    if (identity.kind !== "managedIdentity" || nodePools === undefined)
      return [{ outcome: "notApplicable", statement: "noScaleSets", evidence: { cluster } }];
    if (!nodePools.known) return [{ outcome: "unknown", gaps: [nodePools.gap] }];
    if (nodePools.value.length === 0)
      return [{ outcome: "notApplicable", statement: "noScaleSets", evidence: { cluster } }];

    const kubeletIdentity = identity.resourceId;
    if (kubeletIdentity === undefined) {
      const detail = `${puller.id} does not say the id of its kubelet identity`;
      return [{ outcome: "unknown", gaps: [{ fact: "puller", reason: "malformed", detail }] }];
    }
    const lacking = nodePools.value.filter(({ identityIds }) => !identityIds.some((id) => sameId(id, kubeletIdentity)));
    const unseen = unseenPools.filter(({ ofScaleSet }) => ofScaleSet).map(({ name }) => name);
    const detail = `no scale set of the pools ${unseen.join(", ")} of ${puller.id} is visible`;
    const rest = { outcome: "unknown", gaps: [{ fact: "nodePools", reason: "notFound", detail }] } as const;
    if (lacking.length === 0)
      return [unseen.length > 0 ? rest : { outcome: "pass", statement: "carried", evidence: { cluster } }];
    const place = parseResourceId(puller.id);
    const evidence = {
      cluster,
      clusterId: puller.id,
      kubeletIdentity,
      pools: [...new Set(lacking.map(({ name }) => name))],
      scaleSets: lacking.map(({ id }) => id),
      subscription: place?.subscriptionId ?? "",
      group: place?.resourceGroup ?? "",
    };
    return [{ outcome: "fail", failure: "lacking", evidence }, ...(unseen.length > 0 ? [rest] : [])];
  },
});
