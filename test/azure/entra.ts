import { randomUUID } from "node:crypto";
import { child, list, text } from "./body.ts";
import type { Context } from "./context.ts";
import type { AzureRequest, Reply } from "./exchange.ts";
import { issueToken } from "./issue-token.ts";
import type { Tenant } from "./tenant.ts";

/** Microsoft Entra: discovery, and tokens for the service principals of the world. */
export function entra(request: AzureRequest, context: Context): Reply {
  const path = request.segments.join("/").toLowerCase();
  const [tenant = ""] = request.segments;
  if (path === "common/discovery/instance") return instanceDiscovery(request, context);
  if (path.endsWith("/.well-known/openid-configuration")) return openidConfiguration(request, context, tenant);
  if (path.endsWith("/discovery/v2.0/keys") || path.endsWith("/discovery/keys"))
    return { status: 200, body: { keys: [] } };
  if (/\/oauth2\/(v2\.0\/)?token$/.test(path) && request.method === "POST") return token(request, context, tenant);
  return { status: 404, headers: { "content-type": "text/plain" }, body: "Not Found", unknownRoute: true };
}

function instanceDiscovery(request: AzureRequest, { tenant }: Context): Reply {
  const entry = (preferred: string, cache: string, aliases: readonly string[]) => ({
    preferred_network: preferred,
    preferred_cache: cache,
    aliases,
  });
  return {
    status: 200,
    body: {
      tenant_discovery_endpoint: `https://${request.host}/${tenant.id}/v2.0/.well-known/openid-configuration`,
      "api-version": "1.1",
      metadata: [
        entry("login.microsoftonline.com", "login.windows.net", [
          "login.microsoftonline.com",
          "login.windows.net",
          "login.microsoft.com",
          "sts.windows.net",
        ]),
        entry("login.partner.microsoftonline.cn", "login.partner.microsoftonline.cn", [
          "login.partner.microsoftonline.cn",
          "login.chinacloudapi.cn",
        ]),
        entry("login.microsoftonline.us", "login.microsoftonline.us", [
          "login.microsoftonline.us",
          "login.usgovcloudapi.net",
        ]),
      ],
    },
  };
}

function openidConfiguration(request: AzureRequest, { tenant }: Context, given: string): Reply {
  const any = ["common", "organizations"].includes(given.toLowerCase());
  if (!any && !isTenant(given, tenant)) return tenantNotFound(given);
  const id = any ? "{tenantid}" : tenant.id;
  const root = `https://${request.host}/${any ? given : tenant.id}`;
  return {
    status: 200,
    body: {
      token_endpoint: `${root}/oauth2/v2.0/token`,
      token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
      jwks_uri: `${root}/discovery/v2.0/keys`,
      response_modes_supported: ["query", "fragment", "form_post"],
      subject_types_supported: ["pairwise"],
      id_token_signing_alg_values_supported: ["RS256"],
      response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
      scopes_supported: ["openid", "profile", "email", "offline_access"],
      issuer: `https://${request.host}/${id}/v2.0`,
      request_uri_parameter_supported: false,
      userinfo_endpoint: "https://graph.microsoft.com/oidc/userinfo",
      authorization_endpoint: `${root}/oauth2/v2.0/authorize`,
      device_authorization_endpoint: `${root}/oauth2/v2.0/devicecode`,
      http_logout_supported: true,
      frontchannel_logout_supported: true,
      end_session_endpoint: `${root}/oauth2/v2.0/logout`,
      claims_supported: ["sub", "iss", "aud", "exp", "iat", "tid", "ver"],
      tenant_region_scope: "EU",
      cloud_instance_name: "microsoftonline.com",
      cloud_graph_host_name: "graph.windows.net",
      msgraph_host: "graph.microsoft.com",
      rbac_url: "https://pas.windows.net",
    },
  };
}

function isTenant(given: string, tenant: Tenant): boolean {
  return given.toLowerCase() === tenant.id.toLowerCase() || given.toLowerCase() === tenant.domain;
}

function token(request: AzureRequest, context: Context, given: string): Reply {
  const { tenant } = context;
  const form = new URLSearchParams(request.body);
  if (!isTenant(given, tenant)) return tenantNotFound(given);
  const grant = form.get("grant_type") ?? "";
  const clientId = form.get("client_id") ?? "";
  const scope = form.get("scope") ?? "";
  if (grant !== "client_credentials")
    return oauthError(400, "unsupported_grant_type", 70003, `The app requested an unsupported grant type '${grant}'.`);

  const problem = credentialProblem(form, clientId, context);
  if (problem) return problem;
  const resource = scope === "" ? (form.get("resource") ?? "") : scope.replace(/\/\.default$/, "");
  if (scope !== "" && !scope.endsWith("/.default"))
    return oauthError(
      400,
      "invalid_scope",
      1002012,
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  const principal = tenant.directory.servicePrincipals.get(clientId.toLowerCase());
  const objectId = text(principal, "id") ?? "";
  const issued = issueToken(context, { resource, objectId, clientId });
  if (!issued)
    return oauthError(
      400,
      "invalid_resource",
      500011,
      `The resource principal named ${resource} was not found in the tenant named ${tenant.id}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.`,
    );
  const seconds = issued.lifetime;
  return {
    status: 200,
    headers: { "cache-control": "no-store, no-cache", pragma: "no-cache" },
    body: { token_type: "Bearer", expires_in: seconds, ext_expires_in: seconds, access_token: issued.token },
  };
}

function credentialProblem(form: URLSearchParams, clientId: string, context: Context): Reply | undefined {
  const { directory, id } = context.tenant;
  const application = directory.applications.get(clientId.toLowerCase());
  const principal = directory.servicePrincipals.get(clientId.toLowerCase());
  if (!principal)
    return oauthError(
      400,
      "unauthorized_client",
      700016,
      `Application with identifier '${clientId}' was not found in the directory '${id}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
    );
  if (child(principal, "accountEnabled") === false)
    return oauthError(
      401,
      "unauthorized_client",
      7000112,
      `Application '${clientId}'(${text(principal, "displayName")}) is disabled.`,
    );
  const secret = form.get("client_secret");
  const assertion = form.get("client_assertion");
  if (secret === null && assertion === null)
    return oauthError(
      401,
      "invalid_client",
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  const now = context.now();
  if (secret !== null) {
    const all = [...list(application, "passwordCredentials"), ...list(principal, "passwordCredentials")];
    if (secret === "wrong" || all.length === 0)
      return oauthError(
        401,
        "invalid_client",
        7000215,
        `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
      );
    return all.some((credential) => isCurrent(credential, now))
      ? undefined
      : oauthError(
          401,
          "invalid_client",
          7000222,
          `The provided client secret keys for app '${clientId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
        );
  }
  return assertionProblem(assertion ?? "", application, principal, clientId, now);
}

/** An assertion is taken when it is from a federated issuer that the application trusts, or when it has a current certificate. */
function assertionProblem(
  assertion: string,
  application: unknown,
  principal: unknown,
  clientId: string,
  now: Date,
): Reply | undefined {
  const claims = readClaims(assertion);
  const issuer = text(claims, "iss");
  if (issuer !== undefined && issuer !== clientId) {
    const trusted = list(application, "federatedIdentityCredentials").some(
      (credential) => text(credential, "issuer") === issuer && text(credential, "subject") === text(claims, "sub"),
    );
    return trusted
      ? undefined
      : oauthError(
          401,
          "invalid_client",
          700213,
          `No matching federated identity record found for presented assertion subject '${text(claims, "sub")}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation`,
        );
  }
  const certificates = [...list(application, "keyCredentials"), ...list(principal, "keyCredentials")];
  if (certificates.some((credential) => isCurrent(credential, now))) return undefined;
  const reason = certificates.length > 0 ? "The key used is expired." : "The key was not found.";
  return oauthError(
    401,
    "invalid_client",
    700027,
    `The certificate with identifier used to sign the client assertion is not registered on application. [Reason - ${reason}] App: '${clientId}'.`,
  );
}

function isCurrent(credential: unknown, now: Date): boolean {
  const start = text(credential, "startDateTime");
  const end = text(credential, "endDateTime");
  const time = now.getTime();
  return (start === undefined || Date.parse(start) <= time) && (end === undefined || Date.parse(end) > time);
}

function readClaims(jwt: string): unknown {
  try {
    return JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString());
  } catch {
    return undefined;
  }
}

function tenantNotFound(given: string): Reply {
  return oauthError(
    400,
    "invalid_request",
    90002,
    `Tenant '${given}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
  );
}

function oauthError(status: number, error: string, code: number, message: string): Reply {
  const trace = randomUUID();
  const correlation = randomUUID();
  const timestamp = new Date()
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z/, "Z");
  return {
    status,
    body: {
      error,
      error_description: `AADSTS${code}: ${message} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [code],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    },
  };
}
