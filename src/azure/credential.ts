import type { TokenCredential } from "@azure/core-auth";
import { DefaultAzureCredential, ManagedIdentityCredential } from "@azure/identity";
import type { Cloud } from "./cloud.ts";

/**
 * Who asks Azure: the app's managed identity where the platform offers one, else whoever is signed in on this machine.
 */
export function createCredential(
  cloud: Cloud,
  identity: {
    readonly endpoint: string | undefined;
    readonly clientId: string | undefined;
    readonly tenantId: string | undefined;
  },
): TokenCredential {
  if (identity.endpoint !== undefined) {
    return new ManagedIdentityCredential(identity.clientId === undefined ? {} : { clientId: identity.clientId });
  }
  return new DefaultAzureCredential({
    authorityHost: cloud.authority,
    ...(identity.tenantId !== undefined && { tenantId: identity.tenantId }),
  });
}
