import { callerMay } from "../core/caller-permission.ts";
import { defineCause, excluded } from "../core/cause.ts";
import { notAboutGrants } from "../core/refusal.ts";

export const deniedByDenyAssignment = defineCause({
  id: "denied-by-deny-assignment",
  title: "A deny assignment takes the identity's grant away",
  rank: 33,
  severity: "high",
  incident: true,
  needs: ["registry", "caller", "access"],
  message:
    "<name> is refused by <registry> since <since>: deny assignment <denials> takes away what it is granted. <history>",
  remediation: {
    text: "Change what made the deny assignment (a deployment stack, a managed application); it cannot be outweighed by a role.",
    cli: "az rest --method get --url https://management.azure.com<registryId>/providers/Microsoft.Authorization/denyAssignments?api-version=2022-04-01",
  },
  references: ["https://learn.microsoft.com/azure/role-based-access-control/deny-assignments"],

  rulesOut: notAboutGrants,
  weigh: (symptom, { registry, caller, access }, now) => {
    if (caller === null) return excluded("the identity is no principal of this tenant");
    const { reason, denials } = callerMay(symptom, { registry, caller, access }, now);
    if (reason !== "denied-by-deny-assignment") return excluded("no deny assignment takes its grants away");
    return {
      verdict: "confirmed",
      evidence: {
        name: caller.name,
        denials: denials.map(({ name }) => name),
        denyAssignments: denials.map(({ id }) => id),
      },
    };
  },
});
