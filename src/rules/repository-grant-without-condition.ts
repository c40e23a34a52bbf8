import { counted } from "../core/counted.ts";
import { commandEvidence, type Holding, holdingsOf, modeOf, shownGrants, undecided } from "../core/grant-holders.ts";
import { repositoryActionsOf } from "../core/powers.ts";
import { conditionFor, samplePatterns, updatedAssignment } from "../core/repository-condition.ts";
import { defineRule } from "../core/rule.ts";

export const repositoryGrantWithoutCondition = defineRule({
  id: "repository-grant-without-condition",
  title: "Repository roles are granted for all repositories",
  subject: "registry",
  severity: "low",
  category: "grants",
  needs: ["registry", "grants"],

  why: "A repository role without a condition is good for every repository of the registry, also for those that are made later. Whoever takes over one such workload reads, or overwrites, the images of all others.",
  failures: {
    unrestricted: {
      message: "<registry> gives <unrestricted> access to all of its repositories by <roles> without a condition.",
      remediation: {
        text: "Give each grant a condition with the repositories that its holder needs, in place of the sample prefix team/.",
        cli: "az role assignment update --role-assignment <assignment>",
      },
    },
  },
  statements: {
    none: "<registry> grants repository roles only with conditions.",
    legacyMode: "<registry> is in legacy mode, which knows no conditions on repositories.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions",
  ],

  evaluate: ({ registry, grants }) => {
    const mode = modeOf(registry);
    if (!mode.known) return [{ outcome: "unknown", gaps: [mode.gap] }];
    const shared = { registry: registry.name, registryId: registry.id };
    if (mode.value !== "AbacRepositoryPermissions")
      return [{ outcome: "notApplicable", statement: "legacyMode", evidence: shared }];

    const { held, gaps } = holdingsOf(grants);
    const open = held.filter(({ grant }) => grant.condition === undefined).filter(canBeRestricted);
    const [first] = open;
    if (!first) return [undecided(gaps) ?? { outcome: "pass", statement: "none", evidence: shared }];
    const { grant, role } = first;
    const evidence = {
      ...shared,
      ...shownGrants(open),
      ...commandEvidence(first),
      unrestricted: counted(shownGrants(open).holders, "principal"),
      assignment: updatedAssignment(
        grant,
        role.id,
        conditionFor(repositoryActionsOf(role.permissions), samplePatterns),
      ),
    };
    return [{ outcome: "fail", failure: "unrestricted", evidence }];
  },
});

/** The catalog cannot be listed in part, so a role that lists it takes no condition. */
function canBeRestricted({ named, powers }: Holding): boolean {
  return !named.catalog && (powers.pull.abac || powers.push.abac || powers.delete.abac);
}
