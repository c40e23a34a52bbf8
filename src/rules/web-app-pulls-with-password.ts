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
      message: "<workload> pulls from <registry> without a managed identity, so with a password from its settings.",
      remediation: {
        text: "Let the app pull with its managed identity, once that identity may pull from the registry.",
        cli: "az resource update --ids <configId> --set properties.acrUseManagedIdentityCreds=true",
      },
    },
  },
  statements: {
    identity: "<workload> pulls from <registry> with a managed identity.",
    notASite: "<workload> is no web app that pulls from a registry.",
  },
  references: [
    "https://learn.microsoft.com/azure/app-service/configure-custom-container",
    "https://learn.microsoft.com/azure/container-registry/container-registry-authentication",
  ],

  evaluate: ({ puller, needs }) => {
    const visible = needs.filter(({ registryId }) => registryId !== "");
    if (!sites.includes(puller.kind) || visible.length === 0)
      return [{ outcome: "notApplicable", statement: "notASite", evidence: { workload: puller.name } }];
    return visible.map((need) => {
      const about = need.registryId.toLowerCase();
      const evidence = { ...workloadEvidence(puller, need), configId: `${puller.id}/config/web` };
      return need.identity?.kind === "unknown"
        ? { outcome: "fail", failure: "password", about, evidence }
        : { outcome: "pass", statement: "identity", about, evidence };
    });
  },
});
