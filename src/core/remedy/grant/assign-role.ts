import { conditionFor } from "../../repository-condition.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { assignmentBicep, conditionedBicep } from "./assignment-bicep.ts";

/** Gives an identity the pull role on a registry. */
export const grantPull =
  "az role assignment create --assignee-object-id <principalId> --assignee-principal-type ServicePrincipal --role <role> --scope <registryId>";

const pullActions = ["content", "metadata"].map(
  (one) => `Microsoft.ContainerRegistry/registries/repositories/${one}/read`,
);

/** A grant for the repositories that the workload is known to pull, where the registry can tell them apart. */
export function assignRole({ registry, repositories, need }: RemedyInput): Template {
  const named = [...new Set([...repositories, ...(need.repositories ?? [])])];
  const abac = registry.roleAssignmentMode === "AbacRepositoryPermissions";
  if (!abac || named.length === 0 || !named.every(isPlain)) {
    return {
      text: "Assign <roleWords> on the registry to the identity that pulls.",
      cli: grantPull,
      bicep: assignmentBicep(),
    };
  }
  const patterns = named.map((text) => ({ kind: "name", text }) as const);
  return {
    text: "Assign <roleWords> on the registry to the identity that pulls, for <repositories> alone.",
    cli: `${grantPull} --condition <condition> --condition-version 2.0`,
    bicep: conditionedBicep(),
    evidence: { condition: conditionFor(pullActions, patterns), repositories: named },
  };
}

/** A name that cannot end the string in a condition. */
export function isPlain(repository: string): boolean {
  return /^[a-z0-9._/-]+$/.test(repository);
}
