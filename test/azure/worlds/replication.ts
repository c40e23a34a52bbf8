/** A geo-replication of a Premium registry, in another region. Resource Graph lists it as a resource. */
export function replicationBody({
  registryId,
  location,
  zoneRedundancy = "Disabled",
  regionEndpointEnabled = true,
  createdAt = "2023-06-19T09:02:33.5190724+00:00",
}: ReplicationOptions) {
  return {
    type: "Microsoft.ContainerRegistry/registries/replications",
    id: `${registryId}/replications/${location}`,
    name: location,
    location,
    tags: {},
    systemData: {
      createdBy: "platform@nordfracht.example",
      createdByType: "User",
      createdAt,
      lastModifiedBy: "platform@nordfracht.example",
      lastModifiedByType: "User",
      lastModifiedAt: createdAt,
    },
    properties: {
      provisioningState: "Succeeded",
      status: { displayStatus: "Ready", timestamp: createdAt },
      regionEndpointEnabled,
      zoneRedundancy,
    },
  };
}

export interface ReplicationOptions {
  readonly registryId: string;
  readonly location: string;
  readonly zoneRedundancy?: "Enabled" | "Disabled";
  readonly regionEndpointEnabled?: boolean;
  readonly createdAt?: string;
}
