import { evidenceList } from "../evidence-list.ts";
import { existingRegistry } from "../registry-bicep.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { readActions } from "./repository-token.ts";
import { synchronizes } from "./synchronizes.ts";

export function widenScopeMap({ puller, facts }: RemedyInput): Template | undefined {
  const excluded = evidenceList(facts.excludedRepositories).slice(0, 10);
  if (synchronizes(puller) || excluded.length === 0) return undefined;
  const named = excluded.map((_, index) => `<excluded${index}>`);
  const options = named.map((one) => `--add-repository ${one} content/read metadata/read`).join(" ");
  return {
    text: "Add <excludedRepositories> to the scope map of the token, if the workload is meant to pull it.",
    cli: `az acr scope-map update --subscription <registrySubscription> --registry <registry> --name <scopeMap> ${options}`,
    bicep: `${existingRegistry}

resource scopeMap 'Microsoft.ContainerRegistry/registries/scopeMaps@2025-11-01' = {
  parent: acr
  name: '<scopeMap>'
  properties: {
    actions: [
      // … those that it has
${named.map(readActions).join("\n")}
    ]
  }
}`,
    evidence: Object.fromEntries(excluded.map((one, index) => [`excluded${index}`, one])),
  };
}
