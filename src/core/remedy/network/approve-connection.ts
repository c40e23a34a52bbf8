import { existingRegistry } from "../registry-bicep.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { connectionsOf, isPending } from "./connections-of.ts";
import { createEndpoint } from "./create-endpoint.ts";

/** Only a connection that waits can be approved; where none does, another endpoint has to be made. */
export function approveConnection(input: RemedyInput): Template {
  return connectionsOf(input.need.network).some(isPending) ? approve : createEndpoint(input);
}

export const approve = {
  text: "Approve the private endpoint connection of the registry, if it was made for you.",
  cli: "az acr private-endpoint-connection approve --subscription <registrySubscription> --registry-name <registry> --name <connection>",
  bicep: `${existingRegistry}

resource connection 'Microsoft.ContainerRegistry/registries/privateEndpointConnections@2025-11-01' = {
  parent: acr
  name: '<connection>'
  properties: {
    privateLinkServiceConnectionState: { status: 'Approved' }
  }
}`,
} as const satisfies Template;
