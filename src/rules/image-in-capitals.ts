import { parseImage } from "../core/image-reference.ts";
import { defineRule } from "../core/rule.ts";
import { kindNames } from "../core/workload-evidence.ts";

export const imageInCapitals = defineRule({
  id: "image-in-capitals",
  title: "Image reference has capital letters",
  subject: "puller",
  severity: "info",
  category: "grants",
  needs: ["puller"],

  why: "Login servers and repositories are in lower case. Some services and clients take a reference with capital letters as it stands and find no credential for that host, or refuse the repository; others lower it. What pulls today stops pulling with another client.",
  failures: {
    capitals: {
      message: "<workload> pulls <images>, written with capital letters.",
      remediation: {
        text: "Write the image references of this <kind> in lower case.",
        cli: "az acr repository list --name <name> --output table",
      },
    },
  },
  statements: {
    lower: "<workload> names its images in lower case.",
    notVisible: "<workload> is a cluster, whose images are not visible in Azure.",
  },
  references: [
    "https://learn.microsoft.com/troubleshoot/azure/azure-container-registry/authentication-required",
    "https://learn.microsoft.com/azure/container-registry/container-registry-concepts",
  ],

  evaluate: ({ puller }) => {
    const { id, name: workload, kind, unknownHosts, capitalised = [] } = puller;
    if (unknownHosts === undefined)
      return [{ outcome: "notApplicable", statement: "notVisible", evidence: { workload } }];
    if (capitalised.length === 0) return [{ outcome: "pass", statement: "lower", evidence: { workload } }];
    return [...Map.groupBy(capitalised, (image) => parseImage(image).host)].map(([host, images]) => {
      const evidence = {
        workload,
        workloadId: id,
        kind: kindNames[kind],
        host,
        images,
        name: host.split(".")[0] ?? host,
      };
      return { outcome: "fail", failure: "capitals", about: host, evidence };
    });
  },
});
