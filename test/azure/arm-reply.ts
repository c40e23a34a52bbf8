import { checkApiVersion } from "./api-versions.ts";
import { azureError } from "./azure-error.ts";
import type { Caller } from "./caller.ts";
import type { Context } from "./context.ts";
import { type AuthorizedRequest, queryParameter, type Reply } from "./exchange.ts";
import { pageOf } from "./paging.ts";
import type { Body } from "./world.ts";

/** A list of Azure Resource Manager; only the bodies of the asked page are shaped. */
export function armList(
  request: AuthorizedRequest,
  context: Context,
  bodies: readonly Body[],
  size: number,
  more: Body = {},
  shape: (body: Body) => Body = (body) => body,
): Reply {
  const page = pageOf(request, bodies, context.pageSize ?? size);
  if (!page) return azureError(400, "InvalidSkipToken", "The provided $skiptoken is invalid.");
  const { value, nextLink } = page;
  return { status: 200, body: { value: value.map(shape), ...(nextLink && { nextLink }), ...more } };
}

export function apiVersionOf(request: AuthorizedRequest): string {
  return (queryParameter(request.query, "api-version") ?? "").toLowerCase();
}

/** What Azure says when it does not have the version: a resource with a location is answered differently from a list. */
export function apiVersionProblem(
  request: AuthorizedRequest,
  namespace: string,
  type: string,
  location?: string,
): Reply | undefined {
  const version = apiVersionOf(request);
  const verdict = checkApiVersion(`${namespace}/${type}`.toLowerCase(), version);
  if (verdict.supported) return undefined;
  const { versions } = verdict;
  if (namespace === "Microsoft.Resources")
    return azureError(
      400,
      "InvalidApiVersionParameter",
      `The api-version '${version}' is invalid. The supported versions are '${versions.join(",")}'.`,
    );
  if (location)
    return azureError(
      400,
      "NoRegisteredProviderFound",
      `No registered resource provider found for location '${location}' and API version '${version}' for type '${type}'. The supported api-versions are '${[...versions].reverse().join(", ")}'. The supported locations are 'westeurope, northeurope, eastus, germanywestcentral'.`,
    );
  return azureError(
    404,
    "InvalidResourceType",
    `The resource type '${type}' could not be found in the namespace '${namespace}' for api version '${version}'. The supported api-versions are '${[...versions].reverse().join(",")}'.`,
  );
}

export function forbidden(caller: Caller, action: string, scope: string): Reply {
  return azureError(
    403,
    "AuthorizationFailed",
    `The client '${caller.clientId}' with object id '${caller.objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

export function resourceGroupNotFound(name: string): Reply {
  return azureError(404, "ResourceGroupNotFound", `Resource group '${name}' could not be found.`);
}

export function invalidNamespace(namespace: string): Reply {
  return azureError(404, "InvalidResourceNamespace", `The resource namespace '${namespace}' is invalid.`, {
    unknownRoute: true,
  });
}

/** What Azure Resource Manager says about a path that no provider serves. */
export function notFound(request: AuthorizedRequest): Reply {
  return {
    ...azureError(404, "NotFound", `The requested path '${request.path}' was not found.`),
    unknownRoute: true,
  };
}

/** The simulated Azure is read-only: a test changes the world instead. */
export function notSupported(request: AuthorizedRequest): Reply {
  return azureError(
    405,
    "MethodNotAllowed",
    `The requested resource does not support http method '${request.method}'.`,
    { headers: { allow: "GET" }, unknownRoute: true },
  );
}
