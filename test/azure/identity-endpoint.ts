import { randomUUID } from "node:crypto";
import { text } from "./body.ts";
import type { Context } from "./context.ts";
import { type AzureRequest, queryParameter, type Reply } from "./exchange.ts";
import { issueToken } from "./issue-token.ts";
import type { ManagedIdentity } from "./managed-identity.ts";
import { typeOf } from "./resource-id.ts";
import type { Tenant } from "./tenant.ts";

/** `GET /MSI/token` as App Service and Azure Functions have it; the older form with a `secret` header works too. */
export function identityEndpoint(request: AzureRequest, context: Context, secret: string): Reply {
  const path = request.path.toLowerCase();
  if (path !== "/msi/token") return { ...problem(404, "The resource was not found."), unknownRoute: true };
  const version = queryParameter(request.query, "api-version");
  if (request.headers["x-identity-header"] !== secret && request.headers.secret !== secret)
    return problem(401, "The X-IDENTITY-HEADER header is missing or is not the one of this app.");
  if (version !== "2019-08-01" && version !== "2017-09-01" && version !== "2019-07-01-preview")
    return problem(400, `The api-version '${version}' is not supported.`);
  const resource = queryParameter(request.query, "resource");
  if (!resource) return problem(400, "The resource parameter is missing.");

  const identity = findIdentity(request.query, context.tenant, context.identity);
  if (!identity)
    return problem(
      400,
      "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.",
    );
  const issued = issueToken(context, { resource, ...identity });
  if (!issued)
    return problem(
      400,
      `AADSTS500011: The resource principal named ${resource} was not found in the tenant named ${context.tenant.id}.`,
    );
  const expires = version === "2017-09-01" ? new Date(issued.expiresOn * 1000).toISOString() : String(issued.expiresOn);
  return {
    status: 200,
    body: {
      access_token: issued.token,
      expires_on: expires,
      resource,
      token_type: "Bearer",
      client_id: identity.clientId,
    },
  };
}

function findIdentity(query: URLSearchParams, tenant: Tenant, own: ManagedIdentity): ManagedIdentity | undefined {
  const clientId = (queryParameter(query, "client_id") ?? queryParameter(query, "clientid"))?.toLowerCase();
  const resourceId = (queryParameter(query, "mi_res_id") ?? queryParameter(query, "msi_res_id"))?.toLowerCase();
  const objectId = (queryParameter(query, "principal_id") ?? queryParameter(query, "object_id"))?.toLowerCase();
  if (clientId === undefined && resourceId === undefined && objectId === undefined) return own;
  const matches = (identity: ManagedIdentity) =>
    (clientId === undefined || identity.clientId.toLowerCase() === clientId) &&
    (resourceId === undefined || identity.resourceId.toLowerCase() === resourceId) &&
    (objectId === undefined || identity.objectId.toLowerCase() === objectId);
  return [own, ...userAssigned(tenant)].find(matches);
}

function userAssigned(tenant: Tenant): readonly ManagedIdentity[] {
  return tenant.world.resources.flatMap((resource) => {
    if (typeOf(resource.id) !== "microsoft.managedidentity/userassignedidentities") return [];
    const objectId = text(resource, "properties", "principalId");
    const clientId = text(resource, "properties", "clientId");
    return objectId && clientId ? [{ objectId, clientId, resourceId: resource.id }] : [];
  });
}

function problem(statusCode: number, message: string): Reply {
  return { status: statusCode, body: { statusCode, message, correlationId: randomUUID() } };
}
