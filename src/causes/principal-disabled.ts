import { defineCause, excluded } from "../core/cause.ts";
import { notACredential } from "../core/refusal.ts";

export const principalDisabled = defineCause({
  id: "principal-disabled",
  title: "The principal is disabled",
  rank: 12,
  severity: "high",
  incident: true,
  needs: ["directory"],
  message:
    "<name> is refused by <registry> since <since>: its service principal is disabled in Microsoft Entra. <history>",
  remediation: {
    text: "Find out why it was disabled. If it is still needed, enable it; else take it out of the client.",
    cli: "az ad sp show --id <principalId> --query accountEnabled",
  },
  references: ["https://learn.microsoft.com/entra/identity/enterprise-apps/disable-user-sign-in-portal"],

  rulesOut: (symptom) => (symptom.identityKind === "id" ? notACredential(symptom) : "the identity is no id"),
  weigh: (_symptom, { directory: { principal } }) => {
    if (principal === null) return excluded("the identity is no principal of this tenant");
    if (principal.enabled) return excluded(`${principal.displayName} is enabled`);
    return { verdict: "confirmed", evidence: { name: principal.displayName, principalId: principal.id } };
  },
});
