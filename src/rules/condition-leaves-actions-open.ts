import type { RepositoryPattern } from "../core/condition/repositories.ts";
import { judgeCondition } from "../core/condition.ts";
import { counted } from "../core/counted.ts";
import { commandEvidence, type Holding, holdingsOf, modeOf, shownGrants, undecided } from "../core/grant-holders.ts";
import { repositoryActionsOf } from "../core/powers.ts";
import { conditionFor, samplePatterns, updatedAssignment } from "../core/repository-condition.ts";
import { defineRule } from "../core/rule.ts";
import { unreadCondition } from "../core/unread-condition.ts";

export const conditionLeavesActionsOpen = defineRule({
  id: "condition-leaves-actions-open",
  title: "Condition leaves some actions unrestricted",
  subject: "registry",
  severity: "medium",
  category: "grants",
  needs: ["registry", "grants"],

  why: "A condition restricts only the actions that it names by ActionMatches: what its role allows besides is allowed for every repository. A condition that names `content/read` alone leaves a Repository Writer free to overwrite all images.",
  failures: {
    open: {
      message: "<registry> leaves <openActions> unrestricted for all repositories in <conditions>.",
      remediation: {
        text: "Name every repository action of the role in the condition; look at the repositories in the command before you paste it.",
        cli: "az role assignment update --role-assignment <assignment>",
      },
    },
  },
  statements: {
    none: "<registry> has no condition that leaves an action of its role unrestricted.",
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
    const open = held.map((holding) => ({ ...holding, ...judged(holding) })).filter((one) => one.open.length > 0);
    const [first] = open;
    if (!first) {
      const unread = held
        .filter(({ role }) => repositoryActionsOf(role.permissions).length > 0)
        .flatMap(unreadCondition);
      return [undecided([...gaps, ...unread]) ?? { outcome: "pass", statement: "none", evidence: shared }];
    }
    const { grant, role, actions, patterns } = first;
    const evidence = {
      ...shared,
      ...shownGrants(open),
      ...commandEvidence(first),
      conditions: counted(open.length, "condition"),
      openActions: [...new Set(open.flatMap((one) => one.open))].map((action) => action.split("/").slice(-2).join("/")),
      condition: grant.condition ?? "",
      assignment: updatedAssignment(grant, role.id, conditionFor(actions, patterns)),
    };
    return [{ outcome: "fail", failure: "open", evidence }];
  },
});

interface Judged {
  readonly actions: readonly string[];
  /** Actions of the role that the condition allows for all repositories. */
  readonly open: readonly string[];
  /** The repositories that it was meant for, as far as they can be read off the other actions. */
  readonly patterns: readonly RepositoryPattern[];
}

function judged({ grant: { condition: text, conditionVersion: version }, role }: Holding): Judged {
  const actions = repositoryActionsOf(role.permissions);
  if (text === undefined) return { actions, open: [], patterns: [] };
  const condition = { text, ...(version !== undefined && { version }) };
  const verdicts = actions.map((action) => ({
    action,
    ...judgeCondition(condition, { action, repository: { any: true } }),
  }));
  const open = verdicts.filter(({ truth }) => truth === "true").map(({ action }) => action);
  const meant = verdicts.flatMap(({ repositories: set }) => (set?.kind === "some" ? [set.patterns] : []));
  return { actions, open, patterns: meant[0] ?? samplePatterns };
}
