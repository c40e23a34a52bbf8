import { commandEvidence, holdingsOf, modeOf, shownGrants, undecided } from "../core/grant-holders.ts";
import { isWildcardRole } from "../core/permission.ts";
import { defineRule } from "../core/rule.ts";

export const customRoleWildcardPull = defineRule({
  id: "custom-role-wildcard-pull",
  title: "Custom role pulls by a wildcard",
  subject: "registry",
  severity: "medium",
  category: "grants",
  needs: ["registry", "grants"],

  why: "Container Registry asks that custom roles name each registry action: without an Azure Resource Manager private link in the tenant, wildcards are not to be used. Such a role may pull today and not tomorrow, and it gains every action that is added later.",
  failures: {
    wildcard: {
      message:
        "<registry> is pulled from by a wildcard in the custom role <roles>, which does not name the pull action.",
      remediation: {
        text: "List the registry actions that the role needs one by one, in place of the wildcard.",
        cli: "az role definition list --scope <registryId> --custom-role-only true --name <role>",
      },
    },
  },
  statements: { none: "<registry> is pulled from by no custom role that matches the pull by a wildcard." },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-rbac-custom-roles"],

  evaluate: ({ registry, grants }) => {
    const mode = modeOf(registry);
    if (!mode.known) return [{ outcome: "unknown", gaps: [mode.gap] }];
    const shared = { registry: registry.name, registryId: registry.id };
    const { held, gaps } = holdingsOf(grants);
    const wild = held.filter(({ role }) => isWildcardRole(role, "pull", mode.value));
    const [first] = wild;
    if (!first) return [undecided(gaps) ?? { outcome: "pass", statement: "none", evidence: shared }];
    const evidence = { ...shared, ...shownGrants(wild), ...commandEvidence(first) };
    return [{ outcome: "fail", failure: "wildcard", evidence }];
  },
});
