import { guid } from "./guid.ts";

/** A delegation by Azure Lighthouse (API version 2022-10-01) of a subscription or a resource group, with its definition. */
export function delegationBodies({ scope, managedByTenantId, authorizations }: DelegationOptions) {
  const subscription = scope.split("/").slice(0, 3).join("/");
  const provider = "providers/Microsoft.ManagedServices";
  const offer = guid(`offer of ${managedByTenantId}: ${authorizations.map(({ role }) => role).join()}`);
  const name = guid(`delegation of ${scope.toLowerCase()} by ${offer}`);
  const definition = {
    properties: {
      description: "Operates the registries",
      registrationDefinitionName: "Registry operations",
      authorizations: authorizations.map(({ principalId, role }) => ({
        principalId,
        principalIdDisplayName: "Operators",
        roleDefinitionId: role,
      })),
      provisioningState: "Succeeded",
      managedByTenantId,
      managedByTenantName: "Partner",
    },
    id: `${subscription}/${provider}/registrationDefinitions/${offer}`,
    type: "Microsoft.ManagedServices/registrationDefinitions",
    name: offer,
  };
  const assignment = {
    properties: { registrationDefinitionId: definition.id, provisioningState: "Succeeded" },
    id: `${scope}/${provider}/registrationAssignments/${name}`,
    type: "Microsoft.ManagedServices/registrationAssignments",
    name,
  };
  return { definition, assignment };
}

export interface DelegationOptions {
  readonly scope: string;
  readonly managedByTenantId: string;
  readonly authorizations: readonly {
    readonly principalId: string;
    /** The GUID of a built-in role. */
    readonly role: string;
  }[];
}
