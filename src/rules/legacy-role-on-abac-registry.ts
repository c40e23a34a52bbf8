import { allowedByAny } from "../core/allowed-by-any.ts";
import { counted } from "../core/counted.ts";
import type { RoleAssignmentMode } from "../core/facts.ts";
import {
  commandEvidence,
  equivalentRole,
  type Holding,
  holdingsOf,
  isGroup,
  modeOf,
  shownGrants,
  undecided,
} from "../core/grant-holders.ts";
import { operations } from "../core/powers.ts";
import { defineRule } from "../core/rule.ts";
import { scopeLevel } from "../core/scope.ts";

const abac: RoleAssignmentMode = "AbacRepositoryPermissions";

export const legacyRoleOnAbacRegistry = defineRule({
  id: "legacy-role-on-abac-registry",
  title: "ABAC registry ignores granted legacy roles",
  subject: "registry",
  severity: "medium",
  category: "grants",
  needs: ["registry", "grants"],

  why: "A registry in ABAC mode does not honour AcrPull, AcrPush, AcrDelete and AcrImageSigner. Whoever holds only those looks as if they had access and fails with 401 Unauthorized; `az aks update --attach-acr` still writes them.",
  failures: {
    stranded: {
      message: "<registry> is in ABAC mode and ignores <roles>, on which the access of <stranded> rests.",
      remediation: {
        text: "Assign each of them the repository role that allows as much, with a condition where it need not be for all repositories.",
        cli: "az role assignment create --assignee-object-id <principalId> --assignee-principal-type <principalType> --role <equivalent> --scope <registryId>",
      },
    },
    leftOver: {
      message: "<registry> is in ABAC mode and carries <leftOver> of <roles>, which it ignores.",
      remediation: {
        text: "Remove the grants that do nothing: their holders have others that count, and content trust, for which AcrImageSigner is, does not work in ABAC mode.",
        cli: "az role assignment delete --ids <grantId>",
      },
    },
  },
  statements: {
    none: "<registry> ignores no role that was granted for its images.",
    legacyMode: "<registry> is in legacy mode, which honours legacy roles.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions",
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-directory-reference",
  ],

  evaluate: ({ registry, grants }) => {
    const mode = modeOf(registry);
    if (!mode.known) return [{ outcome: "unknown", gaps: [mode.gap] }];
    const shared = { registry: registry.name, registryId: registry.id };
    if (mode.value !== abac) return [{ outcome: "notApplicable", statement: "legacyMode", evidence: shared }];

    const { held, gaps } = holdingsOf(grants);
    const ignored = held.filter(isIgnored);
    const heeded = held.filter(({ powers }) => powers.pull.abac);
    const counting = allowedByAny(held, "abac");
    const stranded = ignored
      .filter((one) => operations.some((each) => one.named[each].legacy && !counting(one, each)))
      .toSorted((a, b) => Number(isHere(b)) - Number(isHere(a)));
    const [first] = stranded;
    if (first) {
      const evidence = {
        ...shared,
        ...shownGrants(stranded),
        ...commandEvidence(first),
        stranded: counted(shownGrants(stranded).holders, "principal"),
        equivalent: equivalentRole(first.named, abac),
      };
      // what was granted above may be meant for other registries; members of a group that may pull are not cut off
      const severity = isHere(first) && !heeded.some(({ grant }) => isGroup(grant)) ? "high" : "medium";
      return [{ outcome: "fail", failure: "stranded", severity, evidence }];
    }
    const here = ignored.filter(isHere);
    const [left] = here;
    if (left) {
      const leftOver = counted(here.length, "grant");
      return [
        {
          outcome: "fail",
          failure: "leftOver",
          evidence: { ...shared, ...shownGrants(here), ...commandEvidence(left), leftOver },
        },
      ];
    }
    return [undecided(gaps) ?? { outcome: "pass", statement: "none", evidence: shared }];
  },
});

/** Granted on the registry itself. */
function isHere({ grant }: Holding): boolean {
  return scopeLevel(grant.scope) === "resource";
}

/** Given for images by name, and for nothing that this mode heeds. */
function isIgnored({ named, powers }: Holding): boolean {
  const given = named.pull.legacy || named.push.legacy || named.delete.legacy || named.sign;
  return given && !powers.pull.abac && !powers.push.abac && !powers.delete.abac;
}
