import { z } from "zod";
import { listCredentialSets } from "../azure/container-registry.ts";
import type { CredentialSet } from "../core/artifact-cache.ts";
import type { Collector } from "./collector.ts";
import { placeOf } from "./place-of.ts";
import { shaped } from "./shaped.ts";

const Credential = z.object({
  name: z.string().nullish(),
  usernameSecretIdentifier: z.string().nullish(),
  passwordSecretIdentifier: z.string().nullish(),
  credentialHealth: z
    .object({ status: z.string().nullish(), errorCode: z.string().nullish(), errorMessage: z.string().nullish() })
    .nullish(),
});

const Body = z.object({
  id: z.string(),
  name: z.string(),
  loginServer: z.string(),
  identity: z.object({ principalId: z.string().nullish() }).nullish(),
  authCredentials: z.array(Credential).nullish(),
});

/**
 * The logins of a registry's cache rules to their upstreams: where their secrets are kept and how they fare. The secrets
 * themselves are in key vaults, which are never asked.
 * https://learn.microsoft.com/azure/container-registry/troubleshoot-artifact-cache
 */
export const credentialSets: Collector<string, readonly CredentialSet[]> = {
  id: "credential-sets",
  permissions: { actions: ["Microsoft.ContainerRegistry/registries/credentialSets/read"] },
  read: async (connection, registryId) => {
    const bodies = await listCredentialSets(connection, placeOf(registryId));
    return shaped(z.array(Body), bodies, `list credential sets of ${registryId}`).map(setOf);
  },
};

function setOf({ id, name, loginServer, identity, authCredentials }: z.infer<typeof Body>): CredentialSet {
  const credentials = authCredentials ?? [];
  const secrets = credentials.flatMap((one) => [one.usernameSecretIdentifier, one.passwordSecretIdentifier]);
  return {
    id,
    name,
    loginServer: loginServer.toLowerCase(),
    principalId: identity?.principalId ?? "",
    vaults: [...new Set(secrets.flatMap((secret) => hostOf(secret ?? "")))],
    health: credentials.flatMap(({ name: called, credentialHealth }) => {
      const { status, errorCode, errorMessage } = credentialHealth ?? {};
      if (status === undefined || status === null) return [];
      const healthy = status.toLowerCase() !== "unhealthy";
      return [{ name: called ?? "", healthy, errorCode: errorCode ?? "", errorMessage: errorMessage ?? "" }];
    }),
  };
}

/** `contoso.vault.azure.net` of `https://contoso.vault.azure.net/secrets/user`. */
function hostOf(secret: string): readonly string[] {
  return URL.canParse(secret) ? [new URL(secret).hostname] : [];
}
