import type { Grant } from "../../facts.ts";
import { repositoryName } from "../../repository-condition.ts";
import { sameId } from "../../resource-id.ts";
import type { Evidence } from "../../rule.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { assignRole, isPlain } from "./assign-role.ts";
import { conditionedBicep } from "./assignment-bicep.ts";
import { repositoryReader } from "./role-guids.ts";

/**
 * Widens the condition of the assignment that there is: a second one of the same role to the same principal at the same
 * scope is refused as existing, whatever its condition. Where none at the registry is its own and for reading alone,
 * makes one that is as narrow.
 */
export function allowRepositories(input: RemedyInput): Template | undefined {
  const { repositories } = input;
  if (repositories.length === 0 || !repositories.every(isPlain)) return undefined;
  const own = ownAssignment(input);
  const reader = own?.role.known && own.role.value.id.toLowerCase().endsWith(repositoryReader);
  if (!own?.role.known || !reader || own.condition === undefined) return assignRole(input);
  const names = repositories.map((one) => `${repositoryName} StringEqualsIgnoreCase '${one}'`).join(" OR ");
  const condition = `(${own.condition}) OR (${names})`;
  return {
    text: "Let the condition allow <repositories> too, in the role assignment that there is.",
    cli: "az role assignment update --role-assignment <assignment>",
    bicep: conditionedBicep("'<assignmentName>'"),
    evidence: { ...assignmentEvidence(own, own.role.value.id, condition), repositories: [...repositories] },
  };
}

/** The assignment at the registry itself that the refusal rests on, to the identity and not to a group. */
function ownAssignment({ registry, identity, need, assignmentIds }: RemedyInput): Grant | undefined {
  return (need.grants.known ? need.grants.value : []).find(
    ({ id, scope, principalId }) =>
      assignmentIds.includes(id) &&
      sameId(scope, registry.id) &&
      identity.principalId.known &&
      sameId(principalId, identity.principalId.value),
  );
}

function assignmentEvidence(
  { id, scope, principalId, principalType }: Grant,
  roleDefinitionId: string,
  condition: string,
): Evidence {
  const name = id.split("/").at(-1) ?? id;
  const body = { id, name, scope, roleDefinitionId, principalId, principalType, condition, conditionVersion: "2.0" };
  const roleGuid = roleDefinitionId.split("/").at(-1) ?? roleDefinitionId;
  return { assignment: JSON.stringify(body), assignmentName: name, condition, roleGuid };
}
