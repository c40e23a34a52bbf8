import { noValidCredential } from "../core/no-valid-credential.ts";
import { pullRole } from "../core/permission.ts";
import type { PullReason } from "../core/pull-reason.ts";
import { loginRemedy } from "../core/remedy/login-remedy.ts";
import { defineRule } from "../core/rule.ts";
import { workloadEvidence } from "../core/workload-evidence.ts";

export const pullerPrincipalUnusable = defineRule({
  id: "puller-principal-unusable",
  title: "Service principal of a puller cannot log in",
  subject: "puller",
  severity: "high",
  category: "credentials",
  needs: ["puller", "needs"],

  why: "Nobody gets a token for a service principal that was deleted or disabled or has no secret or certificate that is valid now, so no pull works, and for a cluster nothing else that it does with that identity either. A federated credential does not help who logs in with a password.",
  failures: {
    deleted: {
      message: "<workload> pulls from <registry> as service principal <clientId>, which does not exist any more.",
      remediation: {
        text: "Let the <kind> pull with a managed identity that holds <roleWords>; a principal deleted within 30 days can be restored.",
        cli: "az ad app show --id <clientId>",
      },
    },
    disabled: {
      message: "<workload> pulls from <registry> as service principal <clientId>, which is disabled.",
      remediation: {
        text: "Find out why somebody disabled it before you enable it again; a managed identity with <roleWords> would not need it.",
        cli: "az ad sp show --id <clientId> --query accountEnabled",
      },
    },
    withoutCredential: {
      message: "<workload> pulls from <registry> as service principal <clientId>, <state>: it cannot log in.",
      remediation: {
        text: "Let the <kind> pull with a managed identity that holds <roleWords>; until then add a new secret and give it to the <kind>.",
        cli: "az ad app credential reset --id <clientId> --append --display-name rotated --years 1",
      },
    },
  },
  statements: {
    canLogIn: "<workload> does not pull from <registry> as a service principal that cannot log in.",
    noneNeeded: "<workload> is not known to need any registry.",
  },
  references: [
    "https://learn.microsoft.com/azure/aks/update-credentials",
    "https://learn.microsoft.com/azure/container-registry/container-registry-auth-service-principal",
    "https://learn.microsoft.com/entra/identity/enterprise-apps/restore-application",
  ],

  evaluate: ({ puller, needs }, { now }) => {
    if (needs.length === 0)
      return [{ outcome: "notApplicable", statement: "noneNeeded", evidence: { workload: puller.name } }];
    return needs.map((need) => {
      const about = need.registryId.toLowerCase();
      const { kind, fault, clientId, principalId, credentials } = need.identity ?? puller.identity;
      const shared = { ...workloadEvidence(puller, need), clientId };
      const mode = need.registry.known ? need.registry.value.roleAssignmentMode : undefined;
      const evidence = { ...shared, ...pullRole(mode) };
      const remediationFor = (reason: PullReason) => {
        const remediation = loginRemedy(reason, puller, need);
        return remediation && { remediation };
      };
      if (fault === "disabled")
        return { outcome: "fail", failure: "disabled", about, evidence, ...remediationFor("principal-disabled") };
      if (fault === "deleted")
        return { outcome: "fail", failure: "deleted", about, evidence, ...remediationFor("principal-deleted") };
      if (kind !== "servicePrincipal") return { outcome: "pass", statement: "canLogIn", about, evidence: shared };

      const unknown = { outcome: "unknown", ...(about !== "" && { about }) } as const;
      if (!principalId.known) return { ...unknown, gaps: [principalId.gap] };
      if (!credentials?.known) {
        const detail = `the credentials of service principal ${clientId} were not read`;
        return { ...unknown, gaps: [credentials?.gap ?? { fact: "credentials", reason: "notFound", detail }] };
      }
      const none = noValidCredential(credentials.value, now);
      if (none === undefined) return { outcome: "pass", statement: "canLogIn", about, evidence: shared };
      const stated = { ...evidence, state: none.state };
      const remediation = remediationFor("credential-expired");
      return { outcome: "fail", failure: "withoutCredential", about, evidence: stated, ...remediation };
    });
  },
});
