import type { Gap } from "../core/collected.ts";
import type { Grant, RoleAssignmentMode } from "../core/facts.ts";
import { type Holding, holdingsOf, undecided } from "../core/grant-holders.ts";
import { pullRole } from "../core/permission.ts";
import { answeredNeeds, mayPull, unanswered } from "../core/pull-permission.ts";
import { grantPull } from "../core/remedy/grant/assign-role.ts";
import { ownGrant } from "../core/remedy/own-grant.ts";
import { defineRule } from "../core/rule.ts";
import { covers } from "../core/scope.ts";

export const pullerCanPush = defineRule({
  id: "puller-can-push",
  title: "Identity that only pulls can push or manage",
  subject: "puller",
  severity: "medium",
  category: "grants",
  needs: ["puller", "needs"],

  why: "Every pod and every node can use the identity that images are pulled with. If it can push, whoever breaks into one container replaces the images of all others; if it can manage the registry, it makes itself a lasting way in.",
  failures: {
    pushes: {
      message: "<puller> pulls from <registry> with an identity that may also <more>, by <roles>.",
      remediation: {
        text: "Assign <roleWords> on the registry, then remove the grants that allow more.",
        cli: grantPull,
      },
    },
    pushesBesides: {
      message:
        "<puller> pulls from <registry> with an identity that may also <more>, by <roles>, and may pull without that.",
      remediation: {
        text: "Remove the grants that allow more (<grantIds>), unless they are needed for something else; one to a group is taken from all its members.",
        cli: "az role assignment delete --ids <grantId>",
      },
    },
  },
  statements: {
    pullsOnly: "<puller> has no grant that allows more than to pull from <registry>.",
    noneNeeded: "<puller> needs no grant for a registry, or is there to push.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-overview",
    "https://learn.microsoft.com/azure/aks/cluster-container-registry-integration",
  ],

  evaluate: ({ puller, needs }, { now }) => {
    const answered = pushersByNature.test(puller.kind) ? [] : answeredNeeds(puller, needs, now);
    if (answered.length === 0)
      return [{ outcome: "notApplicable", statement: "noneNeeded", evidence: { puller: puller.name } }];
    return answered.map((one) => {
      if (!one.answered) return unanswered(one);
      const { need, about, registry, principalId, grants } = one;
      const shared = { puller: puller.name, registry: need.registryName };
      const strongOf = (given: readonly Grant[]) => {
        const { held, gaps } = holdingsOf(given.filter(({ scope }) => covers(scope, registry.id, need.ancestors)));
        const strong = held.map((holding) => ({
          ...holding,
          more: moreThanPull(holding, registry.roleAssignmentMode),
        }));
        return { strong: strong.filter(({ more }) => more.length > 0), gaps };
      };
      const { strong: tooStrong, gaps } = strongOf(grants);
      if (tooStrong.length === 0) {
        const groups = strongOf(need.unreadGroups);
        const open = undecided([...gaps, ...groups.strong.map(groupGap), ...groups.gaps]);
        return open ? { ...open, about } : { outcome: "pass", statement: "pullsOnly", about, evidence: shared };
      }
      const evidence = {
        ...shared,
        registryId: registry.id,
        principalId,
        ...pullRole(registry.roleAssignmentMode),
        more: [...new Set(tooStrong.flatMap(({ more }) => more))],
        roles: [...new Set(tooStrong.map(({ role }) => role.name))],
        grantIds: tooStrong.map(({ grant }) => grant.id),
      };
      const others = grants.filter(({ id }) => !evidence.grantIds.includes(id));
      const managedIdentity = (need.identity ?? puller.identity).kind === "managedIdentity";
      const without = mayPull(need, registry, { principalId, managedIdentity, grants: others }, now);
      if (without.answer === "allow")
        return {
          outcome: "fail",
          failure: "pushesBesides",
          about,
          evidence: { ...evidence, grantId: evidence.grantIds[0] ?? "" },
        };
      const then = "Then remove the grants that allow more.";
      return { outcome: "fail", failure: "pushes", about, evidence, ...ownGrant(puller, need, then) };
    });
  },
});

/**
 * Workspaces and tasks build images, and a connected registry brings back what was pushed to it. A cache rule writes what
 * it fetches into its own registry without a grant, and pulls from the other one with a credential set.
 */
const pushersByNature = /^(?:mlWorkspace|acrTask|connectedRegistry|cacheRule)$/;

function moreThanPull({ powers, grant }: Holding, mode: RoleAssignmentMode | undefined): readonly string[] {
  const counts = ({ legacy, abac }: { readonly legacy: boolean; readonly abac: boolean }) =>
    (legacy && mode !== "AbacRepositoryPermissions") || (abac && mode !== "LegacyRegistryPermissions");
  return [
    ...(counts(powers.push) ? ["push"] : []),
    ...(counts(powers.delete) ? ["delete images"] : []),
    ...(powers.manage ? ["manage it"] : []),
    ...(powers.delegate && grant.condition === undefined ? ["give roles on it"] : []), // a condition says which ones
  ];
}

function groupGap({ grant, more }: Holding & { readonly more: readonly string[] }): Gap {
  const detail = `the members of group ${grant.principalId} could not be read; ${grant.id} lets them ${more.join(", ")}`;
  return { fact: "groupMembers", reason: "forbidden", detail };
}
