import { defineRule } from "../core/rule.ts";
import { kindNames } from "../core/workload-evidence.ts";

export const imageHostUnknown = defineRule({
  id: "image-host-unknown",
  title: "Image names a registry that is not there",
  subject: "puller",
  severity: "medium",
  category: "grants",
  needs: ["puller"],

  why: "Half of all refused pulls ask the wrong registry: a misspelt login server, one that was deleted, the one of another environment, or the name without the suffix that Azure put behind it. No grant on any registry helps such a pull.",
  failures: {
    misspelt: {
      message: "<workload> pulls <images>, but there is no registry <host>; <nearest> may be meant.",
      remediation: {
        text: "Correct the image reference of this <kind> to the registry that is meant.",
        cli: "az acr repository list --name <nearestName> --output table",
      },
    },
    notThere: {
      message: "<workload> pulls <images>, but no registry <host> is visible in this tenant.",
      remediation: {
        text: "Correct the image reference of this <kind>; if the registry belongs to another tenant, its pulls are outside of what is audited here.",
        cli: "az acr check-name --name <name>",
      },
    },
  },
  statements: {
    known: "<workload> names no registry of Azure that is not there.",
    notVisible: "<workload> is a cluster, whose images are not visible in Azure.",
  },
  references: [
    "https://learn.microsoft.com/troubleshoot/azure/azure-container-registry/authentication-required",
    "https://learn.microsoft.com/azure/container-registry/container-registry-get-started-azure-cli",
  ],

  evaluate: ({ puller }) => {
    const { name: workload, unknownHosts, kind } = puller;
    if (unknownHosts === undefined)
      return [{ outcome: "notApplicable", statement: "notVisible", evidence: { workload } }];
    const shared = { workload, workloadId: puller.id, kind: kindNames[kind] };
    if (!unknownHosts.known) return [{ outcome: "unknown", gaps: [unknownHosts.gap] }];
    if (unknownHosts.value.length === 0) return [{ outcome: "pass", statement: "known", evidence: { workload } }];
    return unknownHosts.value.map(({ host, images, nearest }) => {
      const evidence = { ...shared, host, images, name: host.split(".")[0] ?? host };
      if (nearest === undefined) return { outcome: "fail", failure: "notThere", about: host, evidence } as const;
      const meant = { ...evidence, nearest, nearestName: nearest.split(".")[0] ?? nearest };
      return { outcome: "fail", failure: "misspelt", severity: "high", about: host, evidence: meant } as const;
    });
  },
});
