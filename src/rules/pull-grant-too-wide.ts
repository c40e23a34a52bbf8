import { holdingsOf, undecided } from "../core/grant-holders.ts";
import { pullRole } from "../core/permission.ts";
import { answeredNeeds, unanswered } from "../core/pull-permission.ts";
import { grantPull } from "../core/remedy/grant/assign-role.ts";
import { ownGrant } from "../core/remedy/own-grant.ts";
import { defineRule } from "../core/rule.ts";
import { scopeLevel } from "../core/scope.ts";

export const pullGrantTooWide = defineRule({
  id: "pull-grant-too-wide",
  title: "Pull is granted beyond the registry",
  subject: "puller",
  severity: "low",
  category: "grants",
  needs: ["puller", "needs"],

  why: "A pull role at a resource group, subscription or management group is good for every registry there, also for those that are made later. Whoever takes over the workload reads the images of all of them.",
  failures: {
    wide: {
      message:
        "<puller> may pull from <registry> only by <roles> granted at <scopes>, which is good for other registries too.",
      remediation: {
        text: "Assign <roleWords> on the registry itself, then remove the wider grant.",
        cli: grantPull,
      },
    },
  },
  statements: {
    narrow: "<puller> may pull from <registry> by a grant on the registry, or by none.",
    noneNeeded: "<puller> needs no grant for a registry.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-overview",
    "https://learn.microsoft.com/azure/aks/cluster-container-registry-integration",
  ],

  evaluate: ({ puller, needs }, { now }) => {
    const answered = answeredNeeds(puller, needs, now);
    if (answered.length === 0)
      return [{ outcome: "notApplicable", statement: "noneNeeded", evidence: { puller: puller.name } }];
    return answered.map((one) => {
      if (!one.answered) return unanswered(one);
      const { need, about, registry, principalId, grants, answer } = one;
      const shared = { puller: puller.name, registry: need.registryName };
      // roles that pull by a wildcard are another rule's
      const allowing = holdingsOf(answer.by).held.filter(({ named }) => named.pull.legacy || named.pull.abac);
      const wide = allowing.filter(({ grant }) => scopeLevel(grant.scope) !== "resource");
      if (wide.length === 0 || wide.length < answer.by.length || answer.answer !== "allow")
        return { outcome: "pass", statement: "narrow", about, evidence: shared };
      const open = undecided(holdingsOf(grants).gaps); // a role that could not be read may pull by a grant on the registry
      if (open) return { ...open, about };
      const evidence = {
        ...shared,
        registryId: registry.id,
        principalId,
        ...pullRole(registry.roleAssignmentMode),
        roles: [...new Set(wide.map(({ role }) => role.name))],
        scopes: [...new Set(wide.map(({ grant }) => grant.scope))],
        grantIds: wide.map(({ grant }) => grant.id),
      };
      return {
        outcome: "fail",
        failure: "wide",
        about,
        evidence,
        ...ownGrant(puller, need, "Then remove the wider grant."),
      };
    });
  },
});
