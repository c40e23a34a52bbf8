import { guid } from "./guid.ts";

/** A row of `ContainerRegistryLoginEvents`. The HTTP status is text in `ResultDescription`. */
export function loginEvent({
  time,
  registryId,
  workspaceId,
  identity,
  status = 200,
  callerIp = "10.20.4.37",
  region = "westeurope",
  userAgent = "containerd/1.7.27",
  loginServer = `${(registryId.split("/").at(-1) ?? "").toLowerCase()}.azurecr.io`,
  durationMs = "23.418907",
  correlationId = guid(`login to ${registryId} by ${identity} at ${time}`),
}: LoginEventOptions) {
  return {
    TenantId: workspaceId,
    TimeGenerated: time,
    OperationName: "Login",
    LoginServer: loginServer,
    Identity: identity,
    CallerIpAddress: callerIp,
    ResultType: "HttpStatusCode",
    ResultDescription: String(status),
    CorrelationId: correlationId,
    DurationMs: durationMs,
    Region: region,
    UserAgent: userAgent,
    Category: "ContainerRegistryLoginEvents",
    // A refused login got no token.
    JwtId: status < 300 ? guid(`token of ${correlationId}`) : "",
    SourceSystem: "Azure",
    Type: "ContainerRegistryLoginEvents",
    _ResourceId: registryId.toLowerCase(),
    _SubscriptionId: registryId.split("/")[2] ?? "",
    _IsBillable: "True",
    _BilledSize: 512,
  };
}

export interface LoginEventOptions {
  /** ISO time. */
  readonly time: string;
  readonly registryId: string;
  /** The workspace's GUID, which Log Analytics calls `TenantId`. */
  readonly workspaceId: string;
  /** An application id, a user principal name, a token's name or the registry's own name for the admin user. */
  readonly identity: string;
  readonly status?: number;
  readonly callerIp?: string;
  readonly region?: string;
  readonly userAgent?: string;
  readonly loginServer?: string;
  readonly durationMs?: string;
  readonly correlationId?: string;
}
