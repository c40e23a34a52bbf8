import type { Collected, Gap } from "./collected.ts";
import { type ConditionQuestion, judgeCondition } from "./condition.ts";
import type { Denial, DeniedPrincipal, Membership, RoleAssignmentMode } from "./facts.ts";
import { type Operation, permits } from "./powers.ts";
import { sameId } from "./resource-id.ts";
import { covers, sameScope } from "./scope.ts";
import { every, not, some, type Truth, truthOf } from "./truth.ts";

/** Whom and what a deny assignment may concern. */
export interface DenialQuestion {
  readonly registryId: string;
  readonly ancestors: readonly string[];
  readonly operation: Operation;
  readonly mode: RoleAssignmentMode;
  readonly principalId: string;
  /** Groups of which it is known whether the principal is in them. */
  readonly memberships: readonly Membership[];
  readonly request: ConditionQuestion;
}

/** What deny assignments take away. */
export interface Denied {
  readonly truth: Truth;
  /** Those that take the operation away. */
  readonly by: readonly Denial[];
  /** Those that would, if they did more than log. */
  readonly auditing: readonly Denial[];
  readonly gaps: readonly Gap[];
}

/**
 * Whether a deny assignment takes an operation away; one is enough, whatever is granted.
 * https://learn.microsoft.com/azure/role-based-access-control/deny-assignments
 */
export function deniedBy(denials: Collected<readonly Denial[]>, question: DenialQuestion): Denied {
  if (!denials.known) return { truth: "unknown", by: [], auditing: [], gaps: [denials.gap] };
  const judged = denials.value.filter((denial) => concerns(denial, question)).map((denial) => judge(denial, question));
  const enforced = judged.filter(({ denial }) => denial.auditOnly !== true);
  return {
    truth: some(enforced.map(({ truth }) => truth)),
    by: enforced.filter(({ truth }) => truth === "true").map(({ denial }) => denial),
    auditing: judged
      .filter(({ denial, truth }) => denial.auditOnly === true && truth === "true")
      .map(({ denial }) => denial),
    gaps: enforced.filter(({ truth }) => truth === "unknown").flatMap(({ gaps }) => gaps),
  };
}

function concerns(
  denial: Denial,
  { registryId, ancestors, operation, mode }: Pick<DenialQuestion, "registryId" | "ancestors" | "operation" | "mode">,
): boolean {
  const { scope, appliesToChildScopes, permissions } = denial;
  const inScope = appliesToChildScopes ? covers(scope, registryId, ancestors) : sameScope(scope, registryId);
  return inScope && permits(permissions, operation, mode);
}

/** Groups whose members decide whether somebody may pull from a registry. */
export function groupsThatMatter(
  denials: readonly Denial[],
  registryId: string,
  ancestors: readonly string[],
): readonly string[] {
  const modes = ["LegacyRegistryPermissions", "AbacRepositoryPermissions"] as const;
  const mattering = denials.filter(
    (denial) =>
      denial.auditOnly !== true &&
      modes.some((mode) => concerns(denial, { registryId, ancestors, operation: "pull", mode })),
  );
  const principals = mattering.flatMap((denial) => [...denial.principals, ...denial.excludedPrincipals]);
  return [...new Set(principals.filter(({ type }) => /group$/i.test(type)).map(({ id }) => id.toLowerCase()))];
}

interface Judged {
  readonly denial: Denial;
  readonly truth: Truth;
  readonly gaps: readonly Gap[];
}

function judge(denial: Denial, question: DenialQuestion): Judged {
  const named = denial.everyone ? "true" : matchesAny(denial.principals, question);
  const excluded = matchesAny(denial.excludedPrincipals, question);
  const { condition: text, conditionVersion: version } = denial;
  const verdict =
    text === undefined
      ? undefined
      : judgeCondition({ text, ...(version !== undefined && { version }) }, question.request);
  const truth = every([named, not(excluded), verdict?.truth ?? "true"]);
  if (truth !== "unknown") return { denial, truth, gaps: [] };

  const gaps: Gap[] = [];
  if (named === "unknown" || excluded === "unknown") {
    const detail = `deny assignment ${denial.name} (${denial.id}) names groups whose members are not known`;
    gaps.push({ fact: "groupMembers", reason: "forbidden", detail });
  }
  if (verdict?.truth === "unknown") {
    const { problem } = verdict;
    const why = problem ?? "it depends on the repository, and which is asked for is not known";
    const detail = `deny assignment ${denial.name} (${denial.id}) may take the permission away: ${why}: ${text}`;
    gaps.push(
      problem === undefined
        ? { fact: "repository", reason: "notFound", detail }
        : { fact: "condition", reason: "malformed", detail },
    );
  }
  return { denial, truth, gaps };
}

function matchesAny(principals: readonly DeniedPrincipal[], question: DenialQuestion): Truth {
  return some(principals.map((principal) => matches(principal, question)));
}

function matches({ id, type }: DeniedPrincipal, { principalId, memberships }: DenialQuestion): Truth {
  if (sameId(id, principalId)) return "true";
  const membership = memberships.find(({ groupId }) => sameId(groupId, id));
  if (membership) return truthOf(membership.member);
  return mayBeGroup(type) ? "unknown" : "false";
}

/** Whose members are not known here; a type that was not said may be one. */
function mayBeGroup(type: string): boolean {
  return !/^(?:user|serviceprincipal)$/i.test(type);
}
