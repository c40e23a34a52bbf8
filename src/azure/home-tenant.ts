import { z } from "zod";
import type { Connection } from "./connection.ts";
import { AzureError } from "./error.ts";
import { operation } from "./operation.ts";

const Claims = z.object({ tid: z.guid() });

/**
 * The tenant that the identity signs in to: the one whose directory Microsoft Graph shows, whatever other tenants delegate.
 *
 * A client is not to read access tokens, which are meant for the API and may be of any shape. Here the claim decides
 * nothing about access, the token comes from Microsoft Entra itself over TLS, and a shape that is not known is an error.
 * https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export async function homeTenant({ cloud, credential, signal }: Connection): Promise<string> {
  const name = "read the identity's tenant";
  const options = signal === undefined ? {} : { abortSignal: signal };
  const issued = await operation(name, () => credential.getToken(`${cloud.resourceManager}/.default`, options));
  const claims = Claims.safeParse(claimsIn(issued?.token ?? ""));
  if (claims.success) return claims.data.tid.toLowerCase();
  throw new AzureError("malformed", name, "the access token for Azure Resource Manager does not name a tenant (tid)");
}

function claimsIn(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  } catch {
    return undefined; // not a JSON Web Token, or an encrypted one
  }
}
