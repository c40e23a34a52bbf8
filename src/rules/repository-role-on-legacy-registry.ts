import { allowedByAny } from "../core/allowed-by-any.ts";
import { counted } from "../core/counted.ts";
import {
  commandEvidence,
  equivalentRole,
  type Holding,
  holdingsOf,
  modeOf,
  shownGrants,
  undecided,
} from "../core/grant-holders.ts";
import { type Operation, operations, type Powers } from "../core/powers.ts";
import { defineRule } from "../core/rule.ts";

export const repositoryRoleOnLegacyRegistry = defineRule({
  id: "repository-role-on-legacy-registry",
  title: "Legacy registry ignores granted repository roles",
  subject: "registry",
  severity: "medium",
  category: "grants",
  needs: ["registry", "grants"],

  why: "A registry in legacy mode does not honour the Container Registry Repository roles, nor their conditions. Whoever holds only those fails with 401 Unauthorized, and whoever counts on a condition is not restricted by it.",
  failures: {
    ignored: {
      message: "<registry> is in legacy mode and ignores <roles>, on which the access of <stranded> rests.",
      remediation: {
        text: "Assign each of them the legacy roles that allow as much (AcrDelete deletes alone, beside AcrPull or AcrPush), or move the registry to ABAC mode once all its users have repository roles.",
        cli: "az role assignment create --assignee-object-id <principalId> --assignee-principal-type <principalType> --role <equivalent> --scope <registryId>",
      },
    },
  },
  statements: {
    none: "<registry> ignores no repository role on which somebody depends.",
    abacMode: "<registry> is in ABAC mode, which honours repository roles.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions",
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-directory-reference",
  ],

  evaluate: ({ registry, grants }) => {
    const mode = modeOf(registry);
    if (!mode.known) return [{ outcome: "unknown", gaps: [mode.gap] }];
    const shared = { registry: registry.name, registryId: registry.id };
    if (mode.value !== "LegacyRegistryPermissions")
      return [{ outcome: "notApplicable", statement: "abacMode", evidence: shared }];

    const { held, gaps } = holdingsOf(grants);
    const counting = allowedByAny(held, "legacy");
    // in legacy mode whoever pulls may also list the repositories
    const wantedOf = ({ named }: Holding) =>
      operations.filter((each) => named[each].abac || (each === "pull" && named.catalog));
    const lostOf = (one: Holding) => wantedOf(one).filter((each) => !counting(one, each));
    const stranded = held.filter(isIgnored).filter((one) => lostOf(one).length > 0);
    const [first] = stranded;
    if (!first) return [undecided(gaps) ?? { outcome: "pass", statement: "none", evidence: shared }];
    const evidence = {
      ...shared,
      ...shownGrants(stranded),
      ...commandEvidence(first),
      stranded: counted(shownGrants(stranded).holders, "principal"),
      equivalent: equivalentRole(lessDelete(first.named, lostOf(first)), mode.value),
    };
    return [{ outcome: "fail", failure: "ignored", evidence }];
  },
});

/** AcrDelete deletes and does nothing else: it comes last, once the holder may pull and push. */
function lessDelete(named: Powers, lost: readonly Operation[]): Powers {
  return lost.every((operation) => operation === "delete")
    ? named
    : { ...named, delete: { legacy: false, abac: false } };
}

function isIgnored({ named, powers }: Holding): boolean {
  const given = named.pull.abac || named.push.abac || named.delete.abac || named.catalog;
  return given && !powers.pull.legacy && !powers.push.legacy && !powers.delete.legacy;
}
