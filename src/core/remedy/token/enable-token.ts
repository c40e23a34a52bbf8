import { existingRegistry } from "../registry-bicep.ts";
import type { Template } from "../remedy.ts";

export const enableToken: Template = {
  text: "Enable the repository token, if it was not disabled on purpose.",
  cli: "az acr token update --subscription <registrySubscription> --registry <registry> --name <token> --status enabled",
  bicep: `${existingRegistry}

resource token 'Microsoft.ContainerRegistry/registries/tokens@2025-11-01' = {
  parent: acr
  name: '<token>'
  properties: {
    scopeMapId: '<scopeMapId>'
    status: 'enabled'
  }
}`,
};
