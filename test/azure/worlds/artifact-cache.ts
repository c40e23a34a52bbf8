const createdAt = "2025-06-03T09:20:00.1044512+00:00";

/** A cache rule of API version 2025-11-01. */
export function cacheRuleBody({ registryId, name, upstream, target, credentialSet }: CacheRuleOptions) {
  return {
    type: "Microsoft.ContainerRegistry/registries/cacheRules",
    id: `${registryId}/cacheRules/${name}`,
    name,
    properties: {
      ...(credentialSet !== undefined && { credentialSetResourceId: `${registryId}/credentialSets/${credentialSet}` }),
      sourceRepository: upstream,
      targetRepository: target ?? upstream.split("/").slice(1).join("/"),
      creationDate: createdAt,
      provisioningState: "Succeeded",
    },
  };
}

/** A credential set of API version 2025-11-01, with the health that the registry last saw. */
export function credentialSetBody({ registryId, name, loginServer, principalId, error }: CredentialSetOptions) {
  const secret = (which: string) => `https://kv-${name}.vault.azure.net/secrets/${which}`;
  const credentialHealth = error ? { status: "Unhealthy", ...error } : { status: "Healthy" };
  return {
    type: "Microsoft.ContainerRegistry/registries/credentialSets",
    id: `${registryId}/credentialSets/${name}`,
    name,
    identity: { type: "SystemAssigned", principalId, tenantId: "00000000-0000-4000-8000-0000000000aa" },
    properties: {
      loginServer,
      authCredentials: [
        {
          name: "Credential1",
          usernameSecretIdentifier: secret("user"),
          passwordSecretIdentifier: secret("password"),
          credentialHealth,
        },
      ],
      creationDate: createdAt,
      provisioningState: "Succeeded",
    },
  };
}

export interface CacheRuleOptions {
  readonly registryId: string;
  readonly name: string;
  /** `docker.io/library/*`. */
  readonly upstream: string;
  readonly target?: string;
  /** Name of a credential set of the same registry. */
  readonly credentialSet?: string;
}

export interface CredentialSetOptions {
  readonly registryId: string;
  readonly name: string;
  readonly loginServer: string;
  readonly principalId: string;
  readonly error?: { readonly errorCode: string; readonly errorMessage: string };
}
