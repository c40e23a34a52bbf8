import { holdingsOf, undecided } from "../core/grant-holders.ts";
import { pullRole } from "../core/permission.ts";
import { answeredNeeds, unanswered } from "../core/pull-permission.ts";
import { grantPull } from "../core/remedy/grant/assign-role.ts";
import { defineRule } from "../core/rule.ts";

export const pullOnlyByBroadRole = defineRule({
  id: "pull-only-by-broad-role",
  title: "Pull rests on Owner, Contributor or Reader",
  subject: "puller",
  severity: "medium",
  category: "grants",
  needs: ["puller", "needs"],

  why: "Owner, Contributor and Reader let one pull only because pulling is a control-plane read in legacy mode. The day the registry moves to ABAC mode the pulls end with 401 Unauthorized, and until then the workload may do far more than pull.",
  failures: {
    broad: {
      message:
        "<puller> may pull from <registry> only by <roles>, and no longer by that once the registry is in ABAC mode.",
      remediation: {
        text: "Assign <roleWords> on the registry; then remove the broad role, unless it is needed for something else.",
        cli: grantPull,
      },
    },
  },
  statements: {
    named: "<puller> may pull from <registry> by a role made for that, or not at all.",
    noneNeeded: "<puller> needs no grant for a registry.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-directory-reference",
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions",
  ],

  evaluate: ({ puller, needs }, { now }) => {
    const answered = answeredNeeds(puller, needs, now);
    if (answered.length === 0)
      return [{ outcome: "notApplicable", statement: "noneNeeded", evidence: { puller: puller.name } }];
    return answered.map((one) => {
      if (!one.answered) return unanswered(one);
      const { need, about, registry, principalId, grants, answer } = one;
      const shared = { puller: puller.name, registry: need.registryName };
      const { held } = holdingsOf(answer.by);
      const byName = held.some(({ named, powers }) => named.pull.legacy || powers.pull.abac);
      if (answer.answer !== "allow" || byName) return { outcome: "pass", statement: "named", about, evidence: shared };
      const open = undecided(holdingsOf(grants).gaps); // a role that could not be read may be made for the pull
      if (open) return { ...open, about };
      const evidence = {
        ...shared,
        registryId: registry.id,
        principalId,
        ...pullRole(registry.roleAssignmentMode),
        roles: [...new Set(held.map(({ role }) => role.name))],
        grantIds: held.map(({ grant }) => grant.id),
      };
      return { outcome: "fail", failure: "broad", about, evidence };
    });
  },
});
