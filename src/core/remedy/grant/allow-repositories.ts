import type { Grant } from "../../facts.ts";
import { repositoryName, updatedAssignment } from "../../repository-condition.ts";
import { sameId } from "../../resource-id.ts";
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
  if (own?.condition === undefined) return assignRole(input);
  const names = repositories.map((one) => `${repositoryName} StringEqualsIgnoreCase '${one}'`).join(" OR ");
  const condition = `(${own.condition}) OR (${names})`;
  return {
    text: "Let the condition allow <repositories> too, in the role assignment that there is.",
    cli: "az role assignment update --role-assignment <assignment>",
    bicep: conditionedBicep("'<assignmentName>'"),
    evidence: {
      assignment: updatedAssignment(own, repositoryReader, condition),
      assignmentName: own.id.split("/").at(-1) ?? own.id,
      condition,
      roleGuid: repositoryReader,
      repositories: [...repositories],
    },
  };
}

/** The assignment of Repository Reader at the registry itself to the identity, and not to a group; there is one at most. */
function ownAssignment({ registry, identity: { principalId }, need: { grants } }: RemedyInput): Grant | undefined {
  if (registry.roleAssignmentMode === "LegacyRegistryPermissions" || !grants.known || !principalId.known)
    return undefined;
  return grants.value.find(
    (grant) =>
      sameId(grant.scope, registry.id) &&
      sameId(grant.principalId, principalId.value) &&
      grant.role.known &&
      grant.role.value.id.toLowerCase().endsWith(repositoryReader),
  );
}
