import { callerMay, leastRole } from "../core/caller-permission.ts";
import { defineCause, excluded } from "../core/cause.ts";
import { ignoredVerdict, notAboutGrants } from "../core/refusal.ts";
import { grantPull } from "../core/remedy/grant/assign-role.ts";

export const acrpullOnAbacRegistry = defineCause({
  id: "acrpull-on-abac-registry",
  title: "The identity's role is ignored because the registry is in ABAC mode",
  rank: 30,
  severity: "high",
  incident: true,
  needs: ["registry", "caller", "access"],
  message: "<registry> refuses <name> since <since>: it is in ABAC mode, which ignores <ignoredRoles>. <history>",
  remediation: {
    text: "Assign <roleWords> on the registry to <name>; `az aks update --attach-acr` would assign AcrPull again.",
    cli: grantPull,
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions",
  ],

  rulesOut: notAboutGrants,
  weigh: (symptom, { registry, caller, access }, now) => {
    if (caller === null) return excluded("the identity is no principal of this tenant");
    if (registry.roleAssignmentMode === "LegacyRegistryPermissions") return excluded("the registry is in legacy mode");
    const { name, principalId } = caller;
    const evidence = {
      name,
      principalId,
      ...leastRole(symptom, { ...registry, roleAssignmentMode: "AbacRepositoryPermissions" }),
    };
    return ignoredVerdict(symptom, callerMay(symptom, { registry, caller, access }, now), evidence);
  },
});
