import { guid } from "./guid.ts";

/** A registry's side of a private endpoint; the registry's own body repeats it. */
export function privateEndpointConnectionBody({
  registryId,
  privateEndpointId,
  status = "Approved",
}: PrivateEndpointConnectionOptions) {
  const registry = registryId.split("/").at(-1) ?? "";
  const name = `${registry}.${guid(`${registryId} for ${privateEndpointId}`).replaceAll("-", "")}`;
  return {
    type: "Microsoft.ContainerRegistry/registries/privateEndpointConnections",
    id: `${registryId}/privateEndpointConnections/${name}`,
    name,
    properties: {
      privateEndpoint: { id: privateEndpointId },
      privateLinkServiceConnectionState: { status, description: statusText[status], actionsRequired: "None" },
      provisioningState: "Succeeded",
    },
  };
}

export interface PrivateEndpointConnectionOptions {
  readonly registryId: string;
  readonly privateEndpointId: string;
  readonly status?: keyof typeof statusText;
}

const statusText = {
  Approved: "Auto-Approved",
  Pending: "Please approve the link to the image registry.",
  Rejected: "Not an endpoint of ours.",
  Disconnected: "The private endpoint was deleted.",
} as const;
