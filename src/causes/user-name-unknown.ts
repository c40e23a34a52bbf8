import { defineCause } from "../core/cause.ts";
import { kinds, notACredential } from "../core/refusal.ts";

export const userNameUnknown = defineCause({
  id: "user-name-unknown",
  title: "The user name is no application of the registry's tenant",
  rank: 18,
  severity: "medium",
  incident: true,
  needs: [],
  message:
    "<registry> refuses a login with a password since <since>: its user name (<kind>) is neither a repository token nor the client id of an application that the registry's tenant knows. <history>",
  remediation: {
    text: "Use the client id of an application with a service principal in the registry's tenant, or a repository token's name; people log in with the command, not with their address and password.",
    cli: "az acr login --subscription <subscriptionId> --name <registry>",
  },
  references: ["https://learn.microsoft.com/azure/container-registry/container-registry-authentication"],

  rulesOut: (symptom) => {
    if (symptom.identityKind === "id" || symptom.identityKind === "admin")
      return `the identity is ${kinds[symptom.identityKind]}`;
    return /AADSTS700016|not registered with AAD|client id must be guid/i.test(symptom.error)
      ? notACredential(symptom)
      : "no text tells of an unknown user name";
  },
  weigh: ({ identityKind }) => ({
    verdict: "likely",
    evidence: { kind: identityKind === "anonymous" ? "not told here" : kinds[identityKind] },
  }),
});
