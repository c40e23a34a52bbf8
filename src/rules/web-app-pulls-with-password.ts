import { loginRemedy } from "../core/remedy/login-remedy.ts";
import { defineRule } from "../core/rule.ts";
import { workloadEvidence } from "../core/workload-evidence.ts";

const sites: readonly string[] = ["webApp", "functionApp", "webAppSlot"];

export const webAppPullsWithPassword = defineRule({
  id: "web-app-pulls-with-password",
  title: "Web app pulls with a password",
  subject: "puller",
  severity: "medium",
  category: "credentials",
  needs: ["puller", "needs"],

  why: "A web or function app that does not pull with a managed identity pulls with a user name and a password from its application settings: mostly those of the admin user, readable by whoever may read the settings, and dead on the day that they are renewed or the admin user is disabled.",
  failures: {
    password: {
      message:
        "<workload> pulls from <registry> without a managed identity, so with a password from its settings<unless>.",
      remediation: {
        text: "Let the app pull with its managed identity, once that identity may pull from the registry.",
        cli: "az resource show --ids <configId> --query properties.acrUseManagedIdentityCreds",
      },
    },
    ownContainers: {
      message: "<workload> pulls from <registry> as <userName>, with a password that its containers carry.",
      remediation: {
        text: "Let the containers that pull from the registry do so with the app's managed identity, once that identity may pull; the command lists them with how each logs in.",
        cli: "az rest --method get --url <containersUrl>",
      },
    },
  },
  statements: {
    judgedElsewhere: "<workload> pulls from <registry> in a way that another rule judges.",
    identity: "<workload> pulls from <registry> with a managed identity.",
    notASite: "<workload> is no web app that pulls from a registry.",
  },
  references: [
    "https://learn.microsoft.com/azure/app-service/configure-custom-container",
    "https://learn.microsoft.com/azure/app-service/configure-sidecar",
    "https://learn.microsoft.com/azure/container-registry/container-registry-authentication",
  ],

  evaluate: ({ puller, needs }) => {
    const visible = needs.filter(({ registryId }) => registryId !== "");
    if (!sites.includes(puller.kind) || visible.length === 0)
      return [{ outcome: "notApplicable", statement: "notASite", evidence: { workload: puller.name } }];
    return visible.map((need) => {
      const about = need.registryId.toLowerCase();
      const { kind, userName = "", fault, principalId } = need.identity ?? puller.identity;
      if (fault === "unclear" && !principalId.known) return { outcome: "unknown", about, gaps: [principalId.gap] };
      const evidence = { ...workloadEvidence(puller, need), userName };
      const remedy = loginRemedy("password-not-visible", puller, need);
      const remediation = remedy && { remediation: remedy };
      if (kind === "managedIdentity") return { outcome: "pass", statement: "identity", about, evidence };
      if (kind === "unknown" && need.containers === undefined) {
        const configId = `${puller.id}/config/web`;
        const everybody = need.registry.known && need.registry.value.anonymousPull;
        const unless = everybody ? ", unless it pulls as nobody, as the registry lets everybody" : "";
        return {
          outcome: "fail",
          failure: "password",
          about,
          evidence: { ...evidence, configId, unless },
          ...remediation,
        };
      }
      if (kind === "adminUser" || kind === "anonymous")
        return { outcome: "notApplicable", statement: "judgedElsewhere", about, evidence };
      // only containers that are resources of their own show their user names
      const containersUrl = `${puller.id}/sitecontainers?api-version=2024-04-01`;
      return {
        outcome: "fail",
        failure: "ownContainers",
        about,
        evidence: { ...evidence, containersUrl, userName: userName || "a user that Azure does not show" },
        ...remediation,
      };
    });
  },
});
