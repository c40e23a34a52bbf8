import { defineCause, excluded } from "../core/cause.ts";
import { pullRole } from "../core/permission.ts";
import { notACredential } from "../core/refusal.ts";
import { grantPull } from "../core/remedy/grant/assign-role.ts";

export const adminAccountDisabled = defineCause({
  id: "admin-account-disabled",
  title: "A client still logs in with the admin account, which is disabled",
  rank: 10,
  severity: "medium",
  incident: true,
  needs: ["registry"],
  message:
    "Someone logs in to <registry> with the name of its admin account since <since>, from <from>. The account is disabled, as it should be. <history>",
  remediation: {
    text: "Give the client an identity of its own and assign it <roleWords>; the admin account stays disabled.",
    cli: grantPull,
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-authentication"],

  rulesOut: (symptom) =>
    symptom.identityKind === "admin" ? notACredential(symptom) : "the identity is not the name of the registry",
  weigh: ({ login }, { registry }) =>
    registry.adminUserEnabled
      ? excluded("the admin account is enabled: the password is wrong or was regenerated")
      : {
          verdict: "confirmed",
          evidence: {
            from: login?.addresses ?? "an unknown address",
            ...pullRole(registry.roleAssignmentMode),
            principalId: "OBJECT_ID_OF_THE_CLIENT",
          },
        },
});
