import type { Body } from "../world.ts";

/** A repository token of API version 2025-11-01. A password without `expiry` never expires. */
export function repositoryTokenBody({
  registryId,
  name,
  scopeMap,
  status = "enabled",
  passwords = [],
  certificates,
  createdAt = "2024-03-18T14:11:09.3302716+00:00",
  createdBy = "platform@nordfracht.example",
}: RepositoryTokenOptions) {
  return {
    type: "Microsoft.ContainerRegistry/registries/tokens",
    id: `${registryId}/tokens/${name}`,
    name,
    systemData: {
      createdBy,
      createdByType: "User",
      createdAt,
      lastModifiedBy: createdBy,
      lastModifiedByType: "User",
      lastModifiedAt: createdAt,
    },
    properties: {
      creationDate: createdAt,
      provisioningState: "Succeeded",
      scopeMapId: `${registryId}/scopeMaps/${scopeMap}`,
      credentials: { ...(certificates === undefined ? {} : { certificates }), passwords },
      status,
    },
  };
}

export interface RepositoryTokenOptions {
  readonly registryId: string;
  readonly name: string;
  /** Name of a scope map of the same registry. */
  readonly scopeMap: string;
  readonly status?: "enabled" | "disabled";
  readonly passwords?: readonly {
    readonly name: "password1" | "password2";
    readonly creationTime: string;
    readonly expiry?: string;
  }[];
  readonly certificates?: readonly Body[];
  readonly createdAt?: string;
  readonly createdBy?: string;
}
