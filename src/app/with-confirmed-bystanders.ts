import type { Connection } from "../azure/connection.ts";
import { role } from "../collect/roles.ts";
import { bystanderThatMayPull } from "../core/bystander-that-may-pull.ts";
import type { PullQuestion } from "../core/can-pull.ts";
import { sameId } from "../core/resource-id.ts";
import { withGroupsOf } from "../core/scope.ts";
import { confirmedGrants } from "./confirmed-grants.ts";
import { remember } from "./remember.ts";

/**
 * Before anybody is told that another identity of the workload may pull already, Resource Manager is asked: Resource
 * Graph, which lists what that one was granted, is minutes behind. What it does not confirm is not counted.
 */
export async function withConfirmedBystanders<Question extends Pick<PullQuestion, "puller" | "need">>(
  connection: Connection,
  question: Question,
): Promise<Question> {
  const { puller, need } = question;
  if (!need.registry.known) return question;
  const registry = need.registry.value;
  const found = bystanderThatMayPull(puller, need, registry);
  if (found === undefined) return question;
  const { principalId } = found;
  const others = need.bystanderGrants.filter((grant) => !sameId(grant.principalId, principalId));
  const listed = need.bystanderGrants.filter((grant) => !others.includes(grant));
  const reads = { connection, roleOf: remember(role, connection) };
  const confirmed = await confirmedGrants(need.registryId, principalId, listed, reads);
  const own = confirmed.known ? confirmed.value.map((grant) => ({ ...grant, principalId })) : [];
  const ancestors = withGroupsOf(need.ancestors, own);
  const certain = { ...question, need: { ...need, ancestors, bystanderGrants: [...others, ...own] } };
  const stays = bystanderThatMayPull(puller, certain.need, registry) === found;
  return stays ? certain : withConfirmedBystanders(connection, certain);
}
