import { counted } from "../core/counted.ts";
import { commandEvidence, type Holding, holdingsOf, modeOf, shownGrants, undecided } from "../core/grant-holders.ts";
import { type OpenPrefixes, openPrefixesOf, updatedAssignment } from "../core/repository-condition.ts";
import { defineRule } from "../core/rule.ts";
import { unreadCondition } from "../core/unread-condition.ts";

export const conditionPrefixWithoutSlash = defineRule({
  id: "condition-prefix-without-slash",
  title: "Condition lets through repositories that begin alike",
  subject: "registry",
  severity: "high",
  category: "grants",
  needs: ["registry", "grants"],

  why: "StringStartsWith compares letters, not path segments: the prefix `backend` also lets through `backend-infra/proxy` and `backendsvc`. Whoever may create repositories elsewhere, or holds the grant, gets past the boundary that the condition was meant to draw.",
  failures: {
    openPrefix: {
      message: "<registry> has prefixes without a slash at their end in <conditions>: <prefixes>.",
      remediation: {
        text: "End each prefix with a slash; name a repository that is called just like the prefix by StringEqualsIgnoreCase.",
        cli: "az role assignment update --role-assignment <assignment>",
      },
    },
  },
  statements: {
    none: "<registry> has no condition whose prefix does not end with a slash.",
    legacyMode: "<registry> is in legacy mode, which knows no conditions on repositories.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions",
    "https://learn.microsoft.com/azure/role-based-access-control/conditions-format",
  ],

  evaluate: ({ registry, grants }) => {
    const mode = modeOf(registry);
    if (!mode.known) return [{ outcome: "unknown", gaps: [mode.gap] }];
    const shared = { registry: registry.name, registryId: registry.id };
    if (mode.value !== "AbacRepositoryPermissions")
      return [{ outcome: "notApplicable", statement: "legacyMode", evidence: shared }];

    const { held, gaps } = holdingsOf(grants);
    const open = held.flatMap((holding): (Holding & { open: OpenPrefixes })[] => {
      const found = touchesImages(holding) ? openPrefixesOf(holding.grant) : undefined;
      return found ? [{ ...holding, open: found }] : [];
    });
    const [first] = open;
    if (!first) {
      const unread = held.filter(touchesImages).flatMap(unreadCondition);
      return [undecided([...gaps, ...unread]) ?? { outcome: "pass", statement: "none", evidence: shared }];
    }
    const evidence = {
      ...shared,
      ...shownGrants(open),
      ...commandEvidence(first),
      conditions: counted(open.length, "condition"),
      prefixes: [...new Set(open.flatMap((one) => one.open.prefixes))].slice(0, 20),
      condition: first.grant.condition ?? "",
      assignment: updatedAssignment(first.grant, first.role.id, first.open.corrected),
    };
    return [{ outcome: "fail", failure: "openPrefix", evidence }];
  },
});

function touchesImages({ powers }: Holding): boolean {
  return powers.pull.abac || powers.push.abac || powers.delete.abac;
}
