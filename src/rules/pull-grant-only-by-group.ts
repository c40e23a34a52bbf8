import { holdingsOf, undecided } from "../core/grant-holders.ts";
import { pullRole } from "../core/permission.ts";
import { answeredNeeds, unanswered } from "../core/pull-permission.ts";
import { grantPull } from "../core/remedy/grant/assign-role.ts";
import { ownGrant } from "../core/remedy/own-grant.ts";
import { sameId } from "../core/resource-id.ts";
import { defineRule } from "../core/rule.ts";

export const pullGrantOnlyByGroup = defineRule({
  id: "pull-grant-only-by-group",
  title: "Managed identity may pull only through a group",
  subject: "puller",
  severity: "info",
  category: "grants",
  needs: ["puller", "needs"],

  why: "Tokens of managed identities are kept for about a day with the groups that they had. A new or replaced identity that gets its pull role through a group fails with 401 Unauthorized for hours after it was added, when a node pool is made or a cluster rebuilt.",
  failures: {
    byGroup: {
      message: "<puller> may pull from <registry> only as a member of <groups>.",
      remediation: {
        text: "Assign <roleWords> on the registry to the identity itself, or bring an identity that has been in the group for a day.",
        cli: grantPull,
      },
    },
  },
  statements: {
    direct: "<puller> has a grant of its own for <registry>, or no grant at all.",
    noManagedIdentity: "<puller> does not pull as a managed identity.",
  },
  references: [
    "https://learn.microsoft.com/azure/aks/cluster-container-registry-integration",
    "https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/managed-identity-best-practice-recommendations",
  ],

  evaluate: ({ puller, needs }, { now }) => {
    const managed = needs.filter((need) => (need.identity ?? puller.identity).kind === "managedIdentity");
    const answered = answeredNeeds(puller, managed, now);
    if (answered.length === 0)
      return [{ outcome: "notApplicable", statement: "noManagedIdentity", evidence: { puller: puller.name } }];
    return answered.map((one) => {
      if (!one.answered) return unanswered(one);
      const { need, about, registry, principalId, grants, answer } = one;
      const shared = { puller: puller.name, registry: need.registryName };
      const { held } = holdingsOf(answer.by);
      const direct = held.some(({ grant }) => sameId(grant.principalId, principalId));
      if (answer.answer !== "allow" || direct) return { outcome: "pass", statement: "direct", about, evidence: shared };
      const own = grants.filter((grant) => sameId(grant.principalId, principalId));
      const open = undecided(holdingsOf(own).gaps); // a role that could not be read may let it pull itself
      if (open) return { ...open, about };
      const evidence = {
        ...shared,
        registryId: registry.id,
        principalId,
        ...pullRole(registry.roleAssignmentMode),
        groups: [...new Set(held.map(({ grant }) => grant.principalId))],
        grantIds: held.map(({ grant }) => grant.id),
      };
      const then = "Or bring an identity that has been in the group for a day.";
      return { outcome: "fail", failure: "byGroup", about, evidence, ...ownGrant(puller, need, then) };
    });
  },
});
