import { defineRule } from "../core/rule.ts";

export const adminUserEnabled = defineRule({
  id: "admin-user-enabled",
  title: "Admin user is enabled",
  subject: "registry",
  severity: "high",
  category: "credentials",
  needs: ["registry"],

  why: "The admin user is one shared password pair with full push and pull. It does not expire, and what is done with it cannot be traced to a person or a workload.",
  failures: {
    enabled: {
      message: "<registry> accepts its admin user name and password.",
      remediation: {
        text: "Give each consumer its own identity with a pull or push role, then turn the admin user off.",
        cli: "az acr update --subscription <subscriptionId> --name <registry> --admin-enabled false",
      },
    },
  },
  statements: { disabled: "<registry> refuses its admin user." },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-authentication#admin-account",
    "https://learn.microsoft.com/azure/container-registry/security-controls-policy",
  ],

  evaluate: ({ registry }) => {
    const evidence = { registry: registry.name, subscriptionId: registry.subscriptionId };
    return registry.adminUserEnabled
      ? [{ outcome: "fail", failure: "enabled", evidence: { ...evidence, loginServer: registry.loginServer } }]
      : [{ outcome: "pass", statement: "disabled", evidence }];
  },
});
