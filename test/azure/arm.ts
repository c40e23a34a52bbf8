import { randomUUID } from "node:crypto";
import { answerArm } from "./arm-routes.ts";
import { azureError } from "./azure-error.ts";
import { readBearer } from "./bearer.ts";
import type { Caller } from "./caller.ts";
import type { Context } from "./context.ts";
import type { AzureRequest, Reply } from "./exchange.ts";

const suffixes = ["azure.com", "core.windows.net", "usgovcloudapi.net", "chinacloudapi.cn"];
const legacy: Readonly<Record<string, string>> = {
  "usgovcloudapi.net": "core.usgovcloudapi.net",
  "chinacloudapi.cn": "core.chinacloudapi.cn",
};

/** Azure Resource Manager, of the cloud that the host belongs to. */
export function arm(request: AzureRequest, context: Context): Reply {
  const allowed = audiencesOf(request.host);
  const bearer = readBearer(request, context, allowed);
  if (bearer.ok) {
    const reply = answerArm({ ...request, caller: bearer.caller }, context);
    return { ...reply, headers: { ...armHeaders(request, bearer.caller, reply), ...reply.headers } };
  }
  const challenge = (error: string, description: string) => ({
    "www-authenticate": `Bearer authorization_uri="https://login.windows.net/${context.tenant.id}", error="${error}", error_description="${description}"`,
  });
  switch (bearer.reason) {
    case "missing":
      return azureError(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.", {
        headers: challenge("invalid_token", "The authentication failed because of missing 'Authorization' header."),
      });
    case "audience":
      return azureError(
        401,
        "InvalidAuthenticationTokenAudience",
        `The access token has been obtained for wrong audience or resource '${bearer.audience}'. It should exactly match with one of the allowed audiences '${allowed.join("','")}'.`,
        { headers: challenge("invalid_token", "The access token has been obtained from wrong audience or resource.") },
      );
    case "expired":
      return azureError(
        401,
        "ExpiredAuthenticationToken",
        `The access token expiry UTC time '${usTime(bearer.expiry)}' is earlier than current UTC time '${usTime(new Date())}'.`,
        { headers: challenge("invalid_token", "The access token has expired.") },
      );
    case "invalid":
      return azureError(401, "InvalidAuthenticationToken", "The access token is invalid.", {
        headers: challenge("invalid_token", "Could not parse the access token."),
      });
  }
}

function audiencesOf(host: string): readonly string[] {
  const suffix = suffixes.find((candidate) => host.endsWith(candidate)) ?? "azure.com";
  const hosts = [`management.${legacy[suffix] ?? "core.windows.net"}`, `management.${suffix}`];
  return hosts.flatMap((name) => [`https://${name}/`, `https://${name}`]);
}

const readsPerCaller = new WeakMap<Caller, number>();

/** Counts down like a token bucket of Azure Resource Manager, but never refuses: that is what faults are for. */
function armHeaders(request: AzureRequest, caller: Caller, reply: Reply): Readonly<Record<string, string>> {
  const id = randomUUID();
  const used = (readsPerCaller.get(caller) ?? 0) + 1;
  readsPerCaller.set(caller, used);
  const kind = request.segments[0]?.toLowerCase() === "subscriptions" ? "subscription" : "tenant";
  return {
    "cache-control": "no-cache",
    pragma: "no-cache",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-ms-request-id": id,
    "x-ms-correlation-request-id": String(request.headers["x-ms-correlation-request-id"] ?? id),
    "x-ms-routing-request-id": `WESTEUROPE:${new Date().toISOString().replace(/[-:]/g, "").replace(/\.\d+/, "")}:${id}`,
    ...(reply.status < 400
      ? {
          [`x-ms-ratelimit-remaining-${kind}-reads`]: String(249 - (used % 200)),
          ...(kind === "subscription" && {
            "x-ms-ratelimit-remaining-subscription-global-reads": String(3749 - (used % 3000)),
          }),
        }
      : {}),
  };
}

function usTime(date: Date | undefined): string {
  return (date ?? new Date()).toLocaleString("en-US", { timeZone: "UTC" }).replace(",", "");
}
