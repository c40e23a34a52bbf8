import type { RoleAssignmentMode } from "../core/facts.ts";
import { type Holding, holdingsOf } from "../core/grant-holders.ts";
import { pullRole } from "../core/permission.ts";
import { answeredNeeds, unanswered } from "../core/pull-permission.ts";
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
        text: "Assign <role> on the registry, then remove the grants that allow more.",
        cli: "az role assignment create --assignee-object-id <principalId> --assignee-principal-type ServicePrincipal --role <role> --scope <registryId>",
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
      const { held } = holdingsOf(grants.filter(({ scope }) => covers(scope, registry.id, need.ancestors)));
      const strong = held.map((holding) => ({ ...holding, more: moreThanPull(holding, registry.roleAssignmentMode) }));
      const tooStrong = strong.filter(({ more }) => more.length > 0);
      if (tooStrong.length === 0) return { outcome: "pass", statement: "pullsOnly", about, evidence: shared };
      const evidence = {
        ...shared,
        registryId: registry.id,
        principalId,
        role: pullRole(registry.roleAssignmentMode),
        more: [...new Set(tooStrong.flatMap(({ more }) => more))],
        roles: [...new Set(tooStrong.map(({ role }) => role.name))],
        grantIds: tooStrong.map(({ grant }) => grant.id),
      };
      return { outcome: "fail", failure: "pushes", about, evidence };
    });
  },
});

/** Workspaces and tasks build images, and a connected registry brings back what was pushed to it. */
const pushersByNature = /^(?:mlWorkspace|acrTask|connectedRegistry|cacheRule)$/;

function moreThanPull({ powers }: Holding, mode: RoleAssignmentMode | undefined): readonly string[] {
  const counts = ({ legacy, abac }: { readonly legacy: boolean; readonly abac: boolean }) =>
    (legacy && mode !== "AbacRepositoryPermissions") || (abac && mode !== "LegacyRegistryPermissions");
  return [
    ...(counts(powers.push) ? ["push"] : []),
    ...(counts(powers.delete) ? ["delete images"] : []),
    ...(powers.manage ? ["manage it"] : []),
  ];
}
