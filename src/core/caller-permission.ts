import type { Caller, CallerAccess } from "./caller.ts";
import type { Registry } from "./facts.ts";
import { decide, type PermissionAnswer, pullRole } from "./permission.ts";
import { lastSeen, type Symptom, wantedOperation } from "./symptom.ts";

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
  const [first, ...others] = (symptom.repository?.repositories ?? []).map((repository) =>
    decide({ ...question, repository }),
  );
  if (first === undefined) return decide(question);
  const worst = (word: PermissionAnswer["answer"]) => [first, ...others].find(({ answer }) => answer === word);
  return worst("deny") ?? worst("unknown") ?? first;
}

/** The least built-in role for the failed operation, by the registry's mode. */
export function leastRole(symptom: Symptom, { roleAssignmentMode }: Pick<Registry, "roleAssignmentMode">): string {
  if (wantedOperation(symptom) === "pull") return pullRole(roleAssignmentMode);
  return roleAssignmentMode === "AbacRepositoryPermissions" ? "Container Registry Repository Writer" : "AcrPush";
}

/** The command that gives it, for a template. */
export const grantCommand =
  "az role assignment create --assignee-object-id <principalId> --assignee-principal-type ServicePrincipal --role <role> --scope <registryId>";
