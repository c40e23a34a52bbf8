import { counted } from "../core/counted.ts";
import { commandEvidence, holdingsOf, modeOf, shownGrants, undecided } from "../core/grant-holders.ts";
import { defineRule } from "../core/rule.ts";

export const indirectRegistryAccess = defineRule({
  id: "indirect-registry-access",
  title: "Role gives access to images by a detour",
  subject: "registry",
  severity: "medium",
  category: "grants",
  needs: ["registry", "grants"],

  why: "Whoever may generate token credentials mints a password for any repository, and whoever may run tasks on a registry in legacy mode builds with the registry's own access. Neither shows up when one looks for who may pull and push.",
  failures: {
    detour: {
      message: "<registry> can be pulled from and pushed to by a detour: <roles> of <indirect>.",
      remediation: {
        text: "Give the role to administrators of the registry only, and remove it from all others.",
        cli: "az role assignment delete --ids <grantId>",
      },
    },
  },
  statements: { none: "<registry> gives nobody access to its images by a detour." },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-directory-reference",
    "https://learn.microsoft.com/azure/container-registry/container-registry-tasks-authentication-managed-identity",
  ],

  evaluate: ({ registry, grants }) => {
    const mode = modeOf(registry);
    if (!mode.known) return [{ outcome: "unknown", gaps: [mode.gap] }];
    const shared = { registry: registry.name, registryId: registry.id };
    const legacy = mode.value === "LegacyRegistryPermissions";
    const { held, gaps } = holdingsOf(grants);
    const pushers = new Set(
      held
        // a condition restricts who pushes himself, and not who mints a password
        .filter(({ powers, grant }) =>
          legacy ? powers.push.legacy : powers.push.abac && grant.condition === undefined,
        )
        .map(({ grant }) => grant.principalId.toLowerCase()),
    );
    const detours = held
      .filter(({ named }) => named.mint || (legacy && named.runTasks))
      .filter(({ grant }) => !pushers.has(grant.principalId.toLowerCase()));
    const [first] = detours;
    if (!first) return [undecided(gaps) ?? { outcome: "pass", statement: "none", evidence: shared }];
    const indirect = counted(shownGrants(detours).holders, "principal");
    const evidence = { ...shared, ...shownGrants(detours), ...commandEvidence(first), indirect };
    return [{ outcome: "fail", failure: "detour", evidence }];
  },
});
