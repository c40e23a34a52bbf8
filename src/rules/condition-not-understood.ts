import { judgeCondition } from "../core/condition.ts";
import { counted } from "../core/counted.ts";
import type { RoleAssignmentMode } from "../core/facts.ts";
import { commandEvidence, type Holding, holdingsOf, modeOf, shownGrants, undecided } from "../core/grant-holders.ts";
import { actionOf, operations, permits } from "../core/powers.ts";
import { defineRule } from "../core/rule.ts";

export const conditionNotUnderstood = defineRule({
  id: "condition-not-understood",
  title: "Condition of a grant could not be evaluated",
  subject: "registry",
  severity: "info",
  category: "grants",
  needs: ["registry", "grants"],

  why: "Whether these grants allow a pull or a push depends on something that only Azure can evaluate, such as attributes of the principal, or that is written in a way that is not documented. What rests on them is reported as unknown, never as allowed.",
  failures: {
    notUnderstood: {
      message: "<registry> has <conditions> that could not be evaluated: <problem>.",
      remediation: {
        text: "Review the condition by hand, or write it with repository names and prefixes alone.",
        cli: "az role assignment list --scope <registryId> --include-inherited --assignee <principalId>",
      },
    },
  },
  statements: { none: "<registry> has no grant whose condition could not be evaluated." },
  references: [
    "https://learn.microsoft.com/azure/role-based-access-control/conditions-format",
    "https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions",
  ],

  evaluate: ({ registry, grants }) => {
    const mode = modeOf(registry);
    if (!mode.known) return [{ outcome: "unknown", gaps: [mode.gap] }];
    const shared = { registry: registry.name, registryId: registry.id };
    const { held, gaps } = holdingsOf(grants);
    const puzzling = held.flatMap((holding) => {
      const problem = problemOf(holding, mode.value);
      return problem === undefined ? [] : [{ ...holding, problem }];
    });
    const [first] = puzzling;
    if (!first) return [undecided(gaps) ?? { outcome: "pass", statement: "none", evidence: shared }];
    const evidence = {
      ...shared,
      ...shownGrants(puzzling),
      ...commandEvidence(first),
      conditions: counted(puzzling.length, "condition"),
      problem: first.problem,
      texts: [...new Set(puzzling.map(({ grant }) => grant.condition ?? ""))].slice(0, 5),
    };
    return [{ outcome: "fail", failure: "notUnderstood", evidence }];
  },
});

/** Why it cannot be said what the grant allows; nothing where its condition does not matter here. */
function problemOf({ grant, role }: Holding, mode: RoleAssignmentMode): string | undefined {
  const { condition: text, conditionVersion: version } = grant;
  if (text === undefined) return undefined;
  const condition = { text, ...(version !== undefined && { version }) };
  const abac = mode === "AbacRepositoryPermissions";
  return operations
    .filter((operation) => permits(role.permissions, operation, mode))
    .map((operation) => {
      const action = actionOf(operation, mode);
      return judgeCondition(condition, abac ? { action, repository: { any: true } } : { action });
    })
    .find(({ truth, problem }) => truth === "unknown" && problem !== undefined)?.problem;
}
