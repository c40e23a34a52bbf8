import type { World } from "../../world.ts";
import { identityOf } from "../identity-of.ts";
import { ids } from "../ids.ts";
import { loginEvent } from "../login-event.ts";
import { repositoryEvent } from "../repository-event.ts";

const minute = 60 * 1000;

/** The last hours of the registries' logs. */
export function logs(now: Date): World["logs"] {
  const ago = (minutes: number) => new Date(now.getTime() - minutes * minute).toISOString();
  const workspaceId = ids.workspace.customerId;
  const client = (kubelet: keyof typeof ids.kubelets) => identityOf(ids.kubelets[kubelet]).clientId;
  const sp = ids.servicePrincipals;
  const { registries } = ids;
  const repository = { workspaceId, userTenantId: ids.tenantId };

  return {
    ContainerRegistryLoginEvents: [
      loginEvent({ time: ago(190), workspaceId, registryId: registries.tracking, identity: client("tracking") }),
      loginEvent({ time: ago(131), workspaceId, registryId: registries.tracking, identity: client("tracking") }),
      loginEvent({ time: ago(95), workspaceId, registryId: registries.platform, identity: client("telematics") }),
      // The pipeline whose secret expired keeps trying.
      ...[88, 58, 28].map((minutes) =>
        loginEvent({
          time: ago(minutes),
          workspaceId,
          registryId: registries.tracking,
          identity: sp.releasePipeline.appId,
          status: 401,
          callerIp: "203.0.113.140",
          userAgent: "docker/27.5.1 go/go1.22.11 git-commit/4c9b3b0 kernel/6.8.0 os/linux arch/amd64",
        }),
      ),
      // Someone outside the two allowed offices.
      loginEvent({
        time: ago(47),
        workspaceId,
        registryId: registries.base,
        identity: "c.okafor@nordfracht.example",
        status: 403,
        callerIp: "192.0.2.88",
        userAgent: "AZURECLI/2.78.0 (HOMEBREW) azsdk-python-core/1.35.0 Python/3.13.7",
      }),
    ],
    ContainerRegistryRepositoryEvents: [
      repositoryEvent({
        ...repository,
        time: ago(131),
        registryId: registries.tracking,
        identity: client("tracking"),
        repository: "tracking/api",
        tag: "2025.9.3",
      }),
      repositoryEvent({
        ...repository,
        time: ago(95),
        registryId: registries.platform,
        identity: client("telematics"),
        repository: "telematics/ingest",
        tag: "4.18.0",
      }),
      // A partner's application, from a tenant of its own.
      repositoryEvent({
        ...repository,
        time: ago(70),
        registryId: registries.tracking,
        identity: sp.partnerCarrier.appId,
        repository: "tracking/public-api-mock",
        tag: "stable",
        userTenantId: ids.partnerTenantId,
        callerIp: "198.51.100.201",
      }),
      // Attached, but in ABAC mode: authenticated and still refused.
      repositoryEvent({
        ...repository,
        time: ago(33),
        registryId: registries.customs,
        identity: client("customs"),
        repository: "declarations/api",
        tag: "1.44.2",
        status: 401,
      }),
      // A missing tag, which is no failure of authentication.
      repositoryEvent({
        ...repository,
        time: ago(21),
        registryId: registries.dispatch,
        identity: sp.terminalCluster.appId,
        repository: "dispatch/board",
        tag: "7.0.1-rc1",
        status: 404,
      }),
      repositoryEvent({
        ...repository,
        time: ago(12),
        registryId: registries.dispatch,
        identity: sp.dispatchBot.appId,
        repository: "dispatch/board",
        tag: "7.0.1",
        operation: "Push",
      }),
    ],
  };
}
