/** A connected registry of API version 2025-11-01, which synchronizes with its registry in Azure or another connected one. */
export function connectedRegistryBody({
  registryId,
  name,
  syncToken,
  parentId,
  active = true,
}: ConnectedRegistryOptions) {
  return {
    type: "Microsoft.ContainerRegistry/registries/connectedRegistries",
    id: `${registryId}/connectedRegistries/${name}`,
    name,
    properties: {
      provisioningState: "Succeeded",
      mode: "ReadOnly",
      version: active ? "0.11.1" : "0.0.0",
      connectionState: active ? "Online" : "Offline",
      activation: { status: active ? "Active" : "Inactive" },
      parent: {
        ...(parentId !== undefined && { id: parentId }),
        syncProperties: {
          tokenId: `${registryId}/tokens/${syncToken}`,
          schedule: "* * * * *",
          messageTtl: "P2D",
          lastSyncTime: "2026-11-20T23:10:02.5512094+00:00",
          gatewayEndpoint: `${registryId.split("/").at(-1)}.westeurope.data.azurecr.io`,
        },
      },
      clientTokenIds: [],
      logging: { logLevel: "Information", auditLogStatus: "Disabled" },
    },
  };
}

export interface ConnectedRegistryOptions {
  readonly registryId: string;
  readonly name: string;
  /** Name of a repository token of the same registry. */
  readonly syncToken: string;
  /** Another connected registry in between. */
  readonly parentId?: string;
  readonly active?: boolean;
}
