import { pullRole } from "../core/permission.ts";
import { defineRule } from "../core/rule.ts";
import { workloadEvidence } from "../core/workload-evidence.ts";

export const pullerPrincipalUnusable = defineRule({
  id: "puller-principal-unusable",
  title: "Service principal of a puller is gone or disabled",
  subject: "puller",
  severity: "high",
  category: "credentials",
  needs: ["puller", "needs"],

  why: "Nobody gets a token for a service principal that was deleted or disabled, so no pull works, and for a cluster nothing else that it does with that identity either. A new one of the same name has another id and none of the grants.",
  failures: {
    cluster: {
      message: "<workload> pulls from <registry> as service principal <clientId>, which does not exist any more.",
      remediation: {
        text: "Move the cluster to managed identities and attach its registries again; a principal deleted within 30 days can be restored.",
        cli: "az aks update --subscription <subscription> --resource-group <group> --name <resource> --enable-managed-identity",
      },
    },
    workload: {
      message: "<workload> pulls from <registry> as service principal <clientId>, which does not exist any more.",
      remediation: {
        text: "Let the <kind> pull with a managed identity that holds <role>; a principal deleted within 30 days can be restored.",
        cli: "az ad app show --id <clientId>",
      },
    },
    disabled: {
      message: "<workload> pulls from <registry> as service principal <clientId>, which is disabled.",
      remediation: {
        text: "Find out why somebody disabled it before you enable it again; a managed identity with <role> would not need it.",
        cli: "az ad sp show --id <clientId> --query accountEnabled",
      },
    },
  },
  statements: {
    exists: "<workload> does not pull from <registry> as a service principal that is gone or disabled.",
    noneNeeded: "<workload> is not known to need any registry.",
  },
  references: [
    "https://learn.microsoft.com/azure/aks/update-credentials",
    "https://learn.microsoft.com/entra/identity/enterprise-apps/restore-application",
  ],

  evaluate: ({ puller, needs }) => {
    if (needs.length === 0)
      return [{ outcome: "notApplicable", statement: "noneNeeded", evidence: { workload: puller.name } }];
    return needs.map((need) => {
      const about = need.registryId.toLowerCase();
      const identity = need.identity ?? puller.identity;
      const shared = { ...workloadEvidence(puller, need), clientId: identity.clientId };
      const mode = need.registry.known ? need.registry.value.roleAssignmentMode : undefined;
      const evidence = { ...shared, role: pullRole(mode) };
      if (identity.fault === "disabled") return { outcome: "fail", failure: "disabled", about, evidence };
      if (identity.fault === "deleted") {
        return puller.kind === "aks"
          ? { outcome: "fail", failure: "cluster", about, evidence }
          : { outcome: "fail", failure: "workload", about, evidence };
      }
      if (identity.kind === "servicePrincipal" && !identity.principalId.known)
        return { outcome: "unknown", ...(about !== "" && { about }), gaps: [identity.principalId.gap] };
      return { outcome: "pass", statement: "exists", about, evidence: shared };
    });
  },
});
