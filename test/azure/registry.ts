import { randomUUID } from "node:crypto";
import type { AzureRequest, Reply } from "./exchange.ts";

/** The data plane of a registry: it challenges, and lets nobody in yet. */
export function registry(request: AzureRequest): Reply {
  const path = request.path.toLowerCase();
  const isToken = path === "/oauth2/token" || path === "/oauth2/exchange";
  const isRegistry = path === "/v2" || path.startsWith("/v2/");
  const correlation = { "x-ms-correlation-request-id": randomUUID() };
  if (!isToken && !isRegistry)
    return { status: 404, headers: correlation, body: errors("NAME_UNKNOWN", "page not found"), unknownRoute: true };
  const challenge = {
    "docker-distribution-api-version": "registry/2.0",
    "www-authenticate": `Bearer realm="https://${request.host}/oauth2/token",service="${request.host}"`,
    "access-control-expose-headers": "Docker-Content-Digest, WWW-Authenticate, Link, X-Ms-Correlation-Request-Id",
  };
  return {
    status: 401,
    headers: isRegistry ? { ...correlation, ...challenge } : correlation,
    body: errors(
      "UNAUTHORIZED",
      "authentication required, visit https://aka.ms/acr/authorization for more information.",
    ),
  };
}

function errors(code: string, message: string): object {
  return { errors: [{ code, message, detail: null }] };
}
