import { allowedByAny } from "../core/allowed-by-any.ts";
import { counted } from "../core/counted.ts";
import { commandEvidence, equivalentRole, holdingsOf, modeOf, shownGrants, undecided } from "../core/grant-holders.ts";
import { operations } from "../core/powers.ts";
import { defineRule } from "../core/rule.ts";

export const abacMigrationNotPrepared = defineRule({
  id: "abac-migration-not-prepared",
  title: "Move to ABAC mode would cut off users",
  subject: "registry",
  severity: "info",
  category: "grants",
  needs: ["registry", "grants"],

  why: "ABAC mode is to become the default, and it ends the access of whoever holds only legacy roles at the moment of the switch. Repository roles can be assigned beforehand and do nothing until then, so the switch can be made without an outage.",
  failures: {
    unprepared: {
      message: "<registry> would cut off <unprepared> in ABAC mode, whose access rests on <roles>.",
      remediation: {
        text: "Assign each of them the repository role that allows as much, give tasks an identity of their own, and only then switch the mode.",
        cli: "az role assignment create --assignee-object-id <principalId> --assignee-principal-type <principalType> --role <equivalent> --scope <registryId>",
      },
    },
  },
  statements: {
    prepared: "<registry> has nobody whose access depends on a legacy role alone.",
    abacMode: "<registry> is in ABAC mode already.",
  },
  references: [
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions",
  ],

  evaluate: ({ registry, grants }) => {
    const mode = modeOf(registry);
    if (!mode.known) return [{ outcome: "unknown", gaps: [mode.gap] }];
    const shared = { registry: registry.name, registryId: registry.id };
    if (mode.value !== "LegacyRegistryPermissions")
      return [{ outcome: "notApplicable", statement: "abacMode", evidence: shared }];

    const { held, gaps } = holdingsOf(grants);
    const prepared = allowedByAny(held, "abac");
    // owners and readers keep what they are there for; roles made for images do not
    const unprepared = held.filter((one) => operations.some((each) => one.named[each].legacy && !prepared(one, each)));
    const [first] = unprepared;
    if (!first) return [undecided(gaps) ?? { outcome: "pass", statement: "prepared", evidence: shared }];
    const evidence = {
      ...shared,
      ...shownGrants(unprepared),
      ...commandEvidence(first),
      unprepared: counted(shownGrants(unprepared).holders, "principal"),
      equivalent: equivalentRole(first.named, "AbacRepositoryPermissions"),
    };
    return [{ outcome: "fail", failure: "unprepared", evidence }];
  },
});
