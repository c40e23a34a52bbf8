import { callerMay } from "../core/caller-permission.ts";
import { defineCause, excluded } from "../core/cause.ts";
import { minuteOf } from "../core/diagnose.ts";
import { notAboutGrants } from "../core/refusal.ts";

export const grantPropagating = defineCause({
  id: "grant-propagating",
  title: "The grant was made minutes before and has not taken effect yet",
  rank: 20,
  severity: "info",
  incident: false,
  needs: ["registry", "caller", "access"],
  message: "<name> was granted <roles> on <registry> at <grantedOn>; it counts everywhere by <until>: <why>.",
  remediation: {
    text: "Wait, and look again if it still fails then.",
    cli: "az role assignment list --assignee <principalId> --scope <registryId> --include-inherited",
  },
  references: ["https://learn.microsoft.com/azure/role-based-access-control/troubleshooting"],

  rulesOut: notAboutGrants,
  weigh: (symptom, { registry, caller, access }, now) => {
    if (caller === null) return excluded("the identity is no principal of this tenant");
    const { answer, by, propagating } = callerMay(symptom, { registry, caller, access }, now);
    if (answer !== "allow") return excluded("no grant allows it for certain");
    const [first] = propagating;
    const grant = by.find(({ id }) => id === first?.grantId);
    if (first === undefined || grant === undefined)
      return excluded("the grant is older than a grant needs to take effect");
    return {
      verdict: "confirmed",
      evidence: {
        name: caller.name,
        principalId: caller.principalId,
        roles: by.map(({ role }) => (role.known ? role.value.name : "a role")),
        grantedOn: minuteOf(grant.changedOn ?? ""),
        until: minuteOf(first.until),
        why: first.why,
      },
    };
  },
});
