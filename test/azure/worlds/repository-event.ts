import { createHash } from "node:crypto";
import { guid } from "./guid.ts";

/** A row of `ContainerRegistryRepositoryEvents`. What is absent is the text `<nil>`, as the service writes it. */
export function repositoryEvent({
  time,
  registryId,
  workspaceId,
  identity,
  repository,
  tag = "<nil>",
  operation = "Pull",
  status = operation === "Push" ? 201 : 200,
  userTenantId,
  callerIp = "10.20.4.37",
  region = "westeurope",
  userAgent = "containerd/1.7.27",
  loginServer = `${(registryId.split("/").at(-1) ?? "").toLowerCase()}.azurecr.io`,
  durationMs = "41.730255",
  correlationId = guid(`${operation} of ${repository}:${tag} in ${registryId} by ${identity} at ${time}`),
}: RepositoryEventOptions) {
  const done = status < 300;
  return {
    TenantId: workspaceId,
    TimeGenerated: time,
    OperationName: operation,
    LoginServer: loginServer,
    Identity: identity,
    CallerIpAddress: callerIp,
    ResultType: "HttpStatusCode",
    ResultDescription: String(status),
    CorrelationId: correlationId,
    DurationMs: durationMs,
    Region: region,
    UserAgent: userAgent,
    Category: "ContainerRegistryRepositoryEvents",
    Repository: repository,
    Tag: tag,
    Digest: done ? `sha256:${createHash("sha256").update(`${repository}:${tag}`).digest("hex")}` : "<nil>",
    MediaType: done ? "application/vnd.oci.image.index.v1+json" : "<nil>",
    ArtifactType: "acr.docker",
    Size: done ? 1609 : 0,
    UserTenantId: userTenantId,
    SourceSystem: "Azure",
    Type: "ContainerRegistryRepositoryEvents",
    _ResourceId: registryId.toLowerCase(),
    _SubscriptionId: registryId.split("/")[2] ?? "",
    _IsBillable: "True",
    _BilledSize: 742,
  };
}

export interface RepositoryEventOptions {
  /** ISO time. */
  readonly time: string;
  readonly registryId: string;
  /** The workspace's GUID, which Log Analytics calls `TenantId`. */
  readonly workspaceId: string;
  readonly identity: string;
  readonly repository: string;
  readonly tag?: string;
  readonly operation?: "Pull" | "Push" | "Untag" | "Delete";
  readonly status?: number;
  /** The caller's own tenant. */
  readonly userTenantId: string;
  readonly callerIp?: string;
  readonly region?: string;
  readonly userAgent?: string;
  readonly loginServer?: string;
  readonly durationMs?: string;
  readonly correlationId?: string;
}
