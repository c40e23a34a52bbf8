import { callerMay, leastRole } from "../core/caller-permission.ts";
import { defineCause, excluded } from "../core/cause.ts";
import { ignoredVerdict, notAboutGrants } from "../core/refusal.ts";
import { grantPull } from "../core/remedy/grant/assign-role.ts";

export const repositoryRoleOnLegacyRegistry = defineCause({
  id: "repository-role-on-legacy-registry",
  title: "The identity's repository role is ignored because the registry is in legacy mode",
  rank: 31,
  severity: "high",
  incident: true,
  needs: ["registry", "caller", "access"],
  message:
    "<name> is refused by <registry> since <since>: the registry is in legacy mode, which ignores <ignoredRoles>. <history>",
  remediation: { text: "Assign <roleWords> on the registry to <name>.", cli: grantPull },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions",
  ],

  rulesOut: notAboutGrants,
  weigh: (symptom, { registry, caller, access }, now) => {
    if (caller === null) return excluded("the identity is no principal of this tenant");
    if (registry.roleAssignmentMode !== "LegacyRegistryPermissions")
      return excluded("the registry is not in legacy mode");
    const { name, principalId } = caller;
    const evidence = { name, principalId, ...leastRole(symptom, registry) };
    return ignoredVerdict(symptom, callerMay(symptom, { registry, caller, access }, now), evidence);
  },
});
