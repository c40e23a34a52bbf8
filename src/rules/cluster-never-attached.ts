import { nodesPullAs } from "../core/nodes-pull-as.ts";
import { defineRule } from "../core/rule.ts";

export const clusterNeverAttached = defineRule({
  id: "cluster-never-attached",
  title: "Cluster is attached to no registry",
  subject: "puller",
  severity: "low",
  category: "grants",
  needs: ["puller", "needs", "hasPullGrant"],

  why: "A cluster whose nodes can pull from no registry either pulls from elsewhere, with secrets that nobody watches, or was forgotten when it was attached. Which of the two has to be said once.",
  failures: {
    neverAttached: {
      message: "<cluster> is not known to need a registry, and its <who> can pull from none.",
      remediation: {
        text: "Name the registries that the cluster pulls from in the tag `acraudit-registries`, or `none`.",
        cli: "az tag update --resource-id <clusterId> --operation Merge --tags acraudit-registries=<value>",
      },
    },
  },
  statements: {
    attached: "<cluster> has a registry that it needs or can pull from.",
    declaredNone: "<cluster> is declared to need no registry.",
    notACluster: "<cluster> is no cluster.",
  },
  references: ["https://learn.microsoft.com/azure/aks/cluster-container-registry-integration"],

  evaluate: ({ puller, needs, hasPullGrant }) => {
    const evidence = { cluster: puller.name, clusterId: puller.id };
    if (puller.kind !== "aks") return [{ outcome: "notApplicable", statement: "notACluster", evidence }];
    if (puller.declaresNone) return [{ outcome: "notApplicable", statement: "declaredNone", evidence }];
    if (needs.length > 0 || hasPullGrant) return [{ outcome: "pass", statement: "attached", evidence }];
    return [
      {
        outcome: "fail",
        failure: "neverAttached",
        evidence: { ...evidence, who: nodesPullAs(puller.identity), value: "none" },
      },
    ];
  },
});
