import type { Body } from "../world.ts";
import { guid } from "./guid.ts";
import { resourceBody } from "./resource.ts";
import { workloadIdentity } from "./workload-identity.ts";

/** A container app or job (2024-03-01), as `az containerapp create --registry-identity` leaves it. */
export function containerAppBody({
  images,
  registries = [],
  systemAssigned = false,
  userAssigned = [],
  kind = "containerApps",
  environmentId,
  outboundAddresses = ["20.231.246.122"],
  ...place
}: ContainerAppOptions) {
  const type = `Microsoft.App/${kind}`;
  const { id } = resourceBody({ ...place, type });
  const environment =
    environmentId ??
    `/subscriptions/${place.subscriptionId}/resourceGroups/${place.resourceGroup}/providers/Microsoft.App/managedEnvironments/env`;
  return resourceBody({
    ...place,
    type,
    ...workloadIdentity(id, systemAssigned, userAssigned),
    properties: {
      runningStatus: "Running",
      ...(kind === "containerApps" ? { managedEnvironmentId: environment } : {}),
      environmentId: environment,
      workloadProfileName: "Consumption",
      ...(kind === "containerApps" ? { outboundIpAddresses: outboundAddresses } : {}),
      customDomainVerificationId: guid(`domain of ${id}`),
      configuration: {
        secrets: null,
        registries: registries.map(({ server, identity = "", username = "" }) => ({
          server,
          username,
          passwordSecretRef: username === "" ? "" : `${server.replaceAll(".", "")}-${username}`,
          identity,
        })),
      },
      template: {
        containers: images.map((image, index) => ({
          image,
          name: `c${index}`,
          env: [{ name: "GREETING", value: '{"image":"not.azurecr.io/an/image"}' }],
          resources: { cpu: 0.5, memory: "1Gi" },
        })),
        initContainers: null,
      },
    },
  });
}

export interface ContainerAppOptions {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly kind?: "containerApps" | "jobs";
  readonly images: readonly string[];
  /** `identity` is a resource id, `system` or `system-environment`. */
  readonly registries?: readonly { readonly server: string; readonly identity?: string; readonly username?: string }[];
  readonly systemAssigned?: boolean;
  readonly userAssigned?: readonly string[];
  readonly environmentId?: string;
  readonly outboundAddresses?: readonly string[];
}

/** The environment that container apps run in. */
export function containerEnvironmentBody({
  subnetId,
  systemAssigned = false,
  userAssigned = [],
  ...place
}: ContainerEnvironmentOptions): Body & { id: string; type: string } {
  const type = "Microsoft.App/managedEnvironments";
  const { id } = resourceBody({ ...place, type });
  return resourceBody({
    ...place,
    type,
    ...workloadIdentity(id, systemAssigned, userAssigned),
    properties: {
      vnetConfiguration: subnetId === undefined ? null : { internal: false, infrastructureSubnetId: subnetId },
    },
  });
}

export interface ContainerEnvironmentOptions {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly subnetId?: string;
  readonly systemAssigned?: boolean;
  readonly userAssigned?: readonly string[];
}
