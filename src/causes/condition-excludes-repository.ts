import { callerMay } from "../core/caller-permission.ts";
import { defineCause, excluded } from "../core/cause.ts";
import { notAboutGrants } from "../core/refusal.ts";

export const conditionExcludesRepository = defineCause({
  id: "condition-excludes-repository",
  title: "The condition of the identity's grant leaves this repository out",
  rank: 32,
  severity: "medium",
  incident: true,
  needs: ["registry", "caller", "access"],
  message:
    "<name> logs in to <registry> and is refused in <repositories> since <since>: the condition of its grant <grants> leaves that out. <history>",
  remediation: {
    text: "Add the repository to the condition, if the identity is meant to reach it.",
    cli: "az role assignment list --assignee <principalId> --scope <registryId> --include-inherited",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions",
  ],

  rulesOut: (symptom) =>
    notAboutGrants(symptom) ??
    (symptom.repository === undefined ? "no row shows a repository that was refused" : undefined),
  weigh: (symptom, { registry, caller, access }, now) => {
    if (caller === null) return excluded("the identity is no principal of this tenant");
    const { reason, excluded: grants } = callerMay(symptom, { registry, caller, access }, now);
    if (reason !== "condition-excludes-repository")
      return excluded("no condition of its grants leaves a repository out");
    return {
      verdict: "confirmed",
      evidence: {
        name: caller.name,
        principalId: caller.principalId,
        repositories: symptom.repository?.repositories ?? [],
        grants: grants.map(({ id }) => id),
        conditions: grants.map(({ condition }) => condition ?? ""),
      },
    };
  },
});
