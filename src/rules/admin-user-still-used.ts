import { pullRole } from "../core/permission.ts";
import { defineRule } from "../core/rule.ts";
import { asksArmToken } from "../core/workload.ts";
import { workloadEvidence } from "../core/workload-evidence.ts";

const move =
  "Give the <kind> a managed identity with <role>, and name that identity in its registry settings in place of the user name<caution>";
/** Who logs in with a password now would be cut off by what is advised. */
const caution =
  ", once the registry takes tokens made for Azure Resource Manager again, which such an identity logs in with";
const setIdentity =
  "az containerapp registry set --subscription <subscription> --resource-group <group> --name <resource> --server <loginServer> --identity system";
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
      remediation: { text: `${move}; disable the admin user afterwards.`, cli: setIdentity },
    },
    disabled: {
      message: "<workload> pulls from <registry> as its admin user, which is disabled: its next pull fails.",
      remediation: { text: `${move}; leave the admin user disabled.`, cli: setIdentity },
    },
    otherEnabled: {
      message: "<workload> pulls from <registry> as its admin user, as this <kind> is configured.",
      remediation: { text: `${move}; disable the admin user afterwards.`, cli: showIdentity },
    },
    otherDisabled: {
      message:
        "<workload> pulls from <registry> as its admin user, which is disabled: this <kind> does not start again.",
      remediation: { text: `${move}; leave the admin user disabled.`, cli: showIdentity },
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
      const { adminUserEnabled, roleAssignmentMode, loginServer, takesArmTokens } = need.registry.value;
      const userName = need.identity.userName ?? "";
      const refused = !takesArmTokens.value && asksArmToken(puller);
      const evidence = {
        ...shared,
        userName,
        role: pullRole(roleAssignmentMode),
        loginServer,
        caution: refused ? caution : "",
      };
      if (puller.kind === "containerApp") {
        return adminUserEnabled
          ? { outcome: "fail", failure: "enabled", about, evidence }
          : { outcome: "fail", failure: "disabled", severity: "critical", about, evidence };
      }
      return adminUserEnabled
        ? { outcome: "fail", failure: "otherEnabled", about, evidence }
        : { outcome: "fail", failure: "otherDisabled", severity: "critical", about, evidence };
    });
  },
});
