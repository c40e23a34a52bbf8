import { identityOf } from "./identity-of.ts";

/** A user-assigned managed identity (2023-01-31). Its principal is `managedIdentityPrincipalBody` of the same id. */
export function userAssignedIdentityBody({ id, tenantId, location = "westeurope", tags = {} }: IdentityOptions) {
  const { clientId, principalId } = identityOf(id);
  return {
    id,
    name: id.split("/").at(-1) ?? "",
    type: "Microsoft.ManagedIdentity/userAssignedIdentities",
    location,
    tags,
    properties: { isolationScope: "None", tenantId, principalId, clientId },
  };
}

export interface IdentityOptions {
  readonly id: string;
  readonly tenantId: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
}
