import { pullRole } from "../core/permission.ts";
import { defineRule } from "../core/rule.ts";
import { workloadEvidence } from "../core/workload-evidence.ts";

export const adminUserStillUsed = defineRule({
  id: "admin-user-still-used",
  title: "Workload logs in as the admin user",
  subject: "puller",
  severity: "high",
  category: "credentials",
  needs: ["puller", "needs"],

  why: "The admin user is one shared login with full access that no log can attribute. A workload that pulls with it holds a password for everything in the registry, and stops the day that somebody disables the admin user, as everybody should.",
  failures: {
    enabled: {
      message: "<workload> pulls from <registry> as its admin user.",
      remediation: {
        text: "Give the workload a managed identity with <role>, point its registry settings at that identity, and disable the admin user afterwards.",
        cli: "az role assignment create --assignee-object-id <assignee> --assignee-principal-type ServicePrincipal --role <role> --scope <registryId>",
      },
    },
    disabled: {
      message: "<workload> pulls from <registry> as its admin user, which is disabled: its next pull fails.",
      remediation: {
        text: "Give the workload a managed identity with <role> and point its registry settings at that identity; leave the admin user disabled.",
        cli: "az role assignment create --assignee-object-id <assignee> --assignee-principal-type ServicePrincipal --role <role> --scope <registryId>",
      },
    },
  },
  statements: {
    otherLogin: "<workload> does not log in to <registry> as its admin user.",
    noneNeeded: "<workload> shows no login by user name.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-authentication",
    "https://learn.microsoft.com/azure/container-apps/managed-identity-image-pull",
  ],

  evaluate: ({ puller, needs }) => {
    const logins = needs.filter(({ identity }) => identity !== undefined && identity.kind !== "unknown");
    if (logins.length === 0)
      return [{ outcome: "notApplicable", statement: "noneNeeded", evidence: { workload: puller.name } }];
    return logins.map((need) => {
      const about = need.registryId.toLowerCase();
      const shared = workloadEvidence(puller, need);
      if (need.identity?.kind !== "adminUser")
        return { outcome: "pass", statement: "otherLogin", about, evidence: shared };
      if (!need.registry.known) return { outcome: "unknown", about, gaps: [need.registry.gap] };
      const { adminUserEnabled, roleAssignmentMode } = need.registry.value;
      const evidence = {
        ...shared,
        userName: need.identity.userName ?? "",
        role: pullRole(roleAssignmentMode),
        assignee: "$(principal-id-of-the-identity)",
      };
      return adminUserEnabled
        ? { outcome: "fail", failure: "enabled", about, evidence }
        : { outcome: "fail", failure: "disabled", severity: "critical", about, evidence };
    });
  },
});
