/** A scope map of API version 2025-11-01. */
export function scopeMapBody({
  registryId,
  name,
  actions,
  type = "UserDefined",
  description,
  createdAt = "2024-03-18T14:10:41.9075513+00:00",
  createdBy = "platform@nordfracht.example",
}: ScopeMapOptions) {
  return {
    type: "Microsoft.ContainerRegistry/registries/scopeMaps",
    id: `${registryId}/scopeMaps/${name}`,
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
      ...(description === undefined ? {} : { description }),
      type,
      creationDate: createdAt,
      provisioningState: "Succeeded",
      actions,
    },
  };
}

export interface ScopeMapOptions {
  readonly registryId: string;
  readonly name: string;
  /** For example `repositories/app/content/read`. */
  readonly actions: readonly string[];
  readonly type?: "UserDefined" | "SystemDefined";
  readonly description?: string;
  readonly createdAt?: string;
  readonly createdBy?: string;
}
