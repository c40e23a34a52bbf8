import type { Connection } from "../azure/connection.ts";
import { collect } from "../collect/collector.ts";
import { delegations } from "../collect/delegations.ts";
import { eligibleAssignments } from "../collect/eligible-assignments.ts";
import type { ListedGrant } from "../collect/grants.ts";
import { role } from "../collect/roles.ts";
import type { NotCountedGrants, PullQuestion } from "../core/can-pull.ts";
import { type Collected, known } from "../core/collected.ts";
import type { Grant, Registry, RegistryNeed } from "../core/facts.ts";
import type { NotCounted } from "../core/permission.ts";
import { mayPull } from "../core/pull-permission.ts";
import { parseResourceId, sameId } from "../core/resource-id.ts";
import { withGroupsOf } from "../core/scope.ts";
import { remember } from "./remember.ts";
import { withRoles } from "./with-roles.ts";

/**
 * What would let the pulling identity pull if it were a grant: roles that it is eligible for, and roles delegated to it by
 * Azure Lighthouse. Asked in a handful of requests, and only of somebody who lacks a grant.
 *
 * A managed identity holds roles of its own tenant alone, and a delegation is always to another, so of one whose tenant is
 * known only one of the two is asked.
 * https://learn.microsoft.com/azure/lighthouse/concepts/tenants-users-roles
 */
export async function notCountedGrants(connection: Connection, question: PullQuestion): Promise<NotCountedGrants> {
  const { need, puller } = question;
  const identity = need.identity ?? puller.identity;
  const { kind } = identity;
  if (!identity.principalId.known || !need.registry.known) return { grants: [], notChecked: [] };

  const principalId = identity.principalId.value;
  const foreign = need.tenants && !sameId(need.tenants.principal, need.tenants.registry);
  const place = parseResourceId(need.registryId);
  const eligible =
    foreign === true
      ? known([])
      : await collect(eligibleAssignments, connection, { resourceId: need.registryId, principalId });
  const delegated =
    foreign === false || !place ? known([]) : onlyTo(principalId, await collect(delegations, connection, place));
  const registry = need.registry.value;
  const who = { principalId, managedIdentity: kind === "managedIdentity" };
  const named = async (like: NotCounted["kind"], listed: Collected<readonly ListedGrant[]>) =>
    (await withRoles(listed.known ? listed.value : [], remember(role, connection)))
      .filter((grant) => wouldAllow(grant, { question, registry, who }))
      .map((grant): NotCounted => ({ id: grant.id, kind: like, roleName: roleNameOf(grant) }));
  return {
    grants: [...(await named("eligible", eligible)), ...(await named("delegated", delegated))],
    notChecked: [
      ...(eligible.known ? [] : [`eligible assignments: ${eligible.gap.detail}`]),
      ...(delegated.known ? [] : [`delegations by Azure Lighthouse: ${delegated.gap.detail}`]),
    ],
  };
}

/** Delegations to groups are left out: who is in a group of another tenant cannot be seen from here. */
function onlyTo(principalId: string, listed: Collected<readonly ListedGrant[]>): Collected<readonly ListedGrant[]> {
  return listed.known ? known(listed.value.filter((grant) => sameId(grant.principalId, principalId))) : listed;
}

interface Asked {
  readonly question: PullQuestion;
  readonly registry: Registry;
  readonly who: { readonly principalId: string; readonly managedIdentity: boolean };
}

/** Whether somebody who held this grant alone could pull one of the repositories, or could perhaps. */
function wouldAllow(grant: Grant, { question: { need, repository }, registry, who }: Asked): boolean {
  const { tenants: _, ...rest } = need;
  const alone: RegistryNeed = { ...rest, ancestors: withGroupsOf(need.ancestors, [grant]), unreadGroups: [] };
  const wanted = repository === undefined ? (need.repositories ?? []) : [repository];
  const questions = wanted.length === 0 ? [[]] : wanted.map((one) => [one]);
  return questions.some(
    (repositories) => mayPull({ ...alone, repositories }, registry, { ...who, grants: [grant] }).answer !== "deny",
  );
}

function roleNameOf({ role: one }: Grant): string {
  return one.known ? one.value.name : "a role that could not be read";
}
