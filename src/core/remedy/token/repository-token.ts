import { existingRegistry } from "../registry-bicep.ts";
import type { Template } from "../remedy.ts";
import { newPassword } from "./new-password.ts";

/**
 * A repository token, named by the evidence of that name, for what is asked about; for everything only where nothing
 * says what that is. It is made without passwords, which would be two that never end.
 * https://learn.microsoft.com/cli/azure/acr/token
 */
export function repositoryToken(
  name: "tokenName" | "userName",
  reason: string,
  repositories: readonly string[],
): Template {
  const text = `${reason} The token has no password until one is made with an end (${newPassword(name)}).`;
  const named = repositories.slice(0, 10);
  const create = `az acr token create --subscription <registrySubscription> --registry <registry> --name <${name}>`;
  if (named.length === 0) {
    return {
      text,
      cli: `${create} --scope-map _repositories_pull --no-passwords`,
      bicep: `${existingRegistry}

${tokenBicep(name, everyRepository)}`,
    };
  }
  const options = named.map((_, index) => `--repository <repository${index}> content/read metadata/read`).join(" ");
  return {
    text,
    cli: `${create} ${options} --no-passwords`,
    bicep: `${existingRegistry}

${scopeMapBicep(name, named.length)}

${tokenBicep(name, "scopeMap.id")}`,
    evidence: Object.fromEntries(named.map((one, index) => [`repository${index}`, one])),
  };
}

/** Every registry has this scope map, which lets all repositories be read. */
const everyRepository = `'\${acr.id}/scopeMaps/_repositories_pull'`;

function tokenBicep(name: string, scopeMapId: string): string {
  return `resource token 'Microsoft.ContainerRegistry/registries/tokens@2025-11-01' = {
  parent: acr
  name: '<${name}>'
  properties: {
    scopeMapId: ${scopeMapId}
    status: 'enabled'
  }
}`;
}

function scopeMapBicep(name: string, repositories: number): string {
  return `resource scopeMap 'Microsoft.ContainerRegistry/registries/scopeMaps@2025-11-01' = {
  parent: acr
  name: '<${name}>-scope-map'
  properties: {
    actions: [
${Array.from({ length: repositories }, (_, index) => readActions(`<repository${index}>`)).join("\n")}
    ]
  }
}`;
}

/** What a scope map in Bicep has to list for a repository to be pulled. */
export function readActions(repository: string): string {
  return `      'repositories/${repository}/content/read'
      'repositories/${repository}/metadata/read'`;
}
