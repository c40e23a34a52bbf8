import { defineRule } from "../core/rule.ts";

export const exportFromPrivateRegistry = defineRule({
  id: "export-from-private-registry",
  title: "Private registry can be exported",
  subject: "registry",
  severity: "low",
  category: "network",
  needs: ["registry", "network"],

  why: "Whoever may import or run export pipelines can copy images to a registry outside of the network, past private endpoints that were made to keep them in.",
  failures: {
    allowed: {
      message: "<registry> is private, but its images may be exported to registries anywhere.",
      remediation: {
        text: "Turn export off; pipelines that export from this registry have to go first.",
        cli: "az resource update --ids <registryId> --api-version 2025-11-01 --set properties.policies.exportPolicy.status=disabled",
      },
    },
  },
  statements: {
    denied: "<registry> is private and does not export.",
    public: "<registry> has public access turned on, with which export cannot be turned off.",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/data-loss-prevention"],

  evaluate: ({ registry, network }) => {
    const evidence = { registry: registry.name, registryId: registry.id };
    if (network.publicNetworkAccess.value === "Enabled") {
      return [{ outcome: "notApplicable", statement: "public", evidence }];
    }
    return network.exportAllowed.value
      ? [{ outcome: "fail", failure: "allowed", evidence }]
      : [{ outcome: "pass", statement: "denied", evidence }];
  },
});
