import { pullRole } from "../core/permission.ts";
import { loginRemedy } from "../core/remedy/login-remedy.ts";
import { defineRule } from "../core/rule.ts";
import { workloadEvidence } from "../core/workload-evidence.ts";

const move =
  "Give the <kind> a managed identity with <roleWords>, and let it log in with that in place of the user name";
const showIdentity = "az resource show --ids <workloadId> --query identity";

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
      remediation: { text: `${move}. Disable the admin user afterwards.`, cli: showIdentity },
    },
    disabled: {
      message: "<workload> pulls from <registry> as its admin user, which is disabled: its next pull fails.",
      remediation: { text: `${move}. Leave the admin user disabled.`, cli: showIdentity },
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
      const evidence = { ...shared, userName: need.identity.userName ?? "", ...pullRole(roleAssignmentMode) };
      const remedy = loginRemedy("admin-user-disabled", puller, need);
      const then = adminUserEnabled ? "Disable the admin user afterwards." : "Leave the admin user disabled.";
      const remediation = remedy && { remediation: { text: `${remedy.text} ${then}`, cli: remedy.cli } };
      return adminUserEnabled
        ? { outcome: "fail", failure: "enabled", about, evidence, ...remediation }
        : { outcome: "fail", failure: "disabled", severity: "critical", about, evidence, ...remediation };
    });
  },
});
