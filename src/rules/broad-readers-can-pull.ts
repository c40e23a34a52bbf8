import { counted } from "../core/counted.ts";
import { commandEvidence, type Holding, holdingsOf, modeOf, shownGrants, undecided } from "../core/grant-holders.ts";
import { defineRule } from "../core/rule.ts";
import { scopeLevel } from "../core/scope.ts";

export const broadReadersCanPull = defineRule({
  id: "broad-readers-can-pull",
  title: "Readers of the whole subscription can pull",
  subject: "registry",
  severity: "low",
  category: "grants",
  needs: ["registry", "grants"],

  why: "In legacy mode pulling is a control-plane read, so every role with `*/read` at a subscription or management group pulls all images. People who were to look at settings get the code, and the secrets, that images carry.",
  failures: {
    broadReaders: {
      message: "<registry> lets <readers> pull its images by <roles>, granted above its resource group.",
      remediation: {
        text: "Move the registry to ABAC mode, where `*/read` pulls nothing, once its users have repository roles; or grant the role on what its holders have to see.",
        cli: "az role assignment list --scope <registryId> --include-inherited --role <role>",
      },
    },
  },
  statements: {
    none: "<registry> lets nobody pull by a role that reads the whole subscription.",
    abacMode: "<registry> is in ABAC mode, where reading a subscription pulls nothing.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-directory-reference",
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions",
  ],

  evaluate: ({ registry, grants }) => {
    const mode = modeOf(registry);
    if (!mode.known) return [{ outcome: "unknown", gaps: [mode.gap] }];
    const shared = { registry: registry.name, registryId: registry.id };
    if (mode.value !== "LegacyRegistryPermissions")
      return [{ outcome: "notApplicable", statement: "abacMode", evidence: shared }];

    const { held, gaps } = holdingsOf(grants);
    const broad = held.filter(readsByWildcard).filter(({ grant }) => isWide(grant.scope));
    const [first] = broad;
    if (!first) return [undecided(gaps) ?? { outcome: "pass", statement: "none", evidence: shared }];
    const readers = counted(shownGrants(broad).holders, "principal");
    const evidence = { ...shared, ...shownGrants(broad), ...commandEvidence(first), readers };
    return [{ outcome: "fail", failure: "broadReaders", evidence }];
  },
});

/** Whoever may push, manage or give roles besides is no mere reader. */
function readsByWildcard({ powers, named }: Holding): boolean {
  return powers.pull.legacy && !named.pull.legacy && !powers.push.legacy && !powers.manage && !powers.delegate;
}

function isWide(scope: string): boolean {
  const level = scopeLevel(scope);
  return level === "root" || level === "managementGroup" || level === "subscription";
}
