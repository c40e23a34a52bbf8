import { known } from "../../src/core/collected.ts";
import type { Grant, Permissions, Role } from "../../src/core/facts.ts";
import {
  forbidden,
  grant,
  registryOfUnsaidMode,
  registrySnapshot,
  repositoryReader,
  role,
  subscriptionScope,
} from "../facts.ts";

/** Registries and grants that the rules about grants are tested with. */
const acr = "Microsoft.ContainerRegistry/registries";
const repositories = `${acr}/repositories`;

export const repositoryName = `@Request[${repositories}:name]`;

export const acrDelete = role("AcrDelete", { actions: [`${acr}/artifacts/delete`] });
export const signer = role("AcrImageSigner", { actions: [`${acr}/sign/write`] });
export const contributor = role("Contributor", { actions: ["*"] });
export const tasksContributor = role("Container Registry Tasks Contributor", {
  actions: [`${acr}/tasks/write`, `${acr}/scheduleRun/action`],
});
export const tokenAdministrator = role("Container Registry Contributor and Data Access Configuration Administrator", {
  actions: [`${acr}/write`, `${acr}/generateCredentials/action`],
});
export const repositoryWriter = role("Container Registry Repository Writer", {
  dataActions: ["content/read", "content/write", "metadata/read", "metadata/write"].map(
    (name) => `${repositories}/${name}`,
  ),
});
export const repositoryContributor = role("Container Registry Repository Contributor", {
  dataActions: ["content", "metadata"].flatMap((part) =>
    ["read", "write", "delete"].map((verb) => `${repositories}/${part}/${verb}`),
  ),
});
export const catalogLister = role("Container Registry Repository Catalog Lister", {
  dataActions: [`${acr}/catalog/read`],
});

export function custom(name: string, block: Partial<Permissions>): Role {
  return { ...role(name, block), custom: true };
}

export function inLegacyMode(...grants: readonly Grant[]) {
  return registrySnapshot({ roleAssignmentMode: "LegacyRegistryPermissions" }, {}, grants);
}

export function inAbacMode(...grants: readonly Grant[]) {
  return registrySnapshot({ roleAssignmentMode: "AbacRepositoryPermissions" }, {}, grants);
}

export function inUnsaidMode(...grants: readonly Grant[]) {
  const snapshot = registrySnapshot({}, {}, grants);
  const { network } = snapshot.facts;
  return { ...snapshot, facts: { ...snapshot.facts, registry: known({ ...registryOfUnsaidMode(), network }) } };
}

/** A grant whose role could not be read. */
export const unread = grant({ id: "unread", role: forbidden });

/** Repository Reader with a condition on these of its actions. */
export function readerFor(expression: string, ...actions: readonly string[]): Grant {
  const named = actions.length > 0 ? actions : ["content/read", "metadata/read"];
  const others = named.map((action) => `!(ActionMatches{'${repositories}/${action}'})`).join(" AND ");
  return grant({ role: repositoryReader, condition: `((${others}) OR (${expression}))` });
}

/** The condition of a grant to read one repository. */
export function conditionOn(repository: string): string {
  return `((!(ActionMatches{'${repositories}/content/read'}) AND !(ActionMatches{'${repositories}/metadata/read'})) OR (${repositoryName} StringEqualsIgnoreCase '${repository}'))`;
}

/** Repository Reader in Azure. */
export const readerGuid = "b93aa761-3e63-49ed-ac28-beffa264f7ac";

/** The condition in the command of a finding. */
export function assignmentWith(given: Grant, condition: string): string {
  const { id, principalId, principalType, scope } = given;
  const roleDefinitionId = given.role.known ? `${subscriptionScope}${given.role.value.id}` : "";
  const name = id.split("/").at(-1) ?? "";
  const shared = { id, name, principalId, principalType, roleDefinitionId, scope };
  const properties = { ...shared, condition, conditionVersion: "2.0" };
  return `az role assignment update --role-assignment '${JSON.stringify(properties).replaceAll("'", "'\\''")}'`;
}
