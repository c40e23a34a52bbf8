import type { Caller, CallerAccess } from "./caller.ts";
import type { Registry } from "./facts.ts";
import { decide, type LeastRole, type PermissionAnswer, pullRole, pushRole } from "./permission.ts";
import { lastSeen, type Symptom, wantedOperation } from "./symptom.ts";
import { worstAnswer } from "./worst-answer.ts";

interface Asked {
  readonly registry: Registry;
  readonly caller: Caller;
  readonly access: CallerAccess;
}

/**
 * Whether the caller held what the failed operation needs when it failed last: of all repositories that were refused
 * the worst answer.
 */
export function callerMay(symptom: Symptom, { registry, caller, access }: Asked, now: Date): PermissionAnswer {
  const { tenants, ancestors, grants, denials } = access;
  const { principalId, managedIdentity } = caller;
  const question = {
    ...{ operation: wantedOperation(symptom), registry, ancestors, principalId, managedIdentity, grants, denials },
    ...(tenants && { tenants }),
    unreadGroups: [], // Resource Manager itself followed the groups
    now: new Date(lastSeen(symptom) ?? now),
  };
  const repositories = symptom.repository?.repositories ?? [];
  return worstAnswer(repositories.map((repository) => decide({ ...question, repository }))) ?? decide(question);
}

/** The least built-in role for the failed operation, by the registry's mode. */
export function leastRole(symptom: Symptom, { roleAssignmentMode }: Pick<Registry, "roleAssignmentMode">): LeastRole {
  return wantedOperation(symptom) === "pull" ? pullRole(roleAssignmentMode) : pushRole(roleAssignmentMode);
}
