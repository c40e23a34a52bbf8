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
  const isApp = kind === "containerApps";
  const secretOf = (server: string, username: string) => `${server.replaceAll(".", "")}-${username}`;
  const secrets = registries.flatMap(({ server, username = "" }) =>
    username === "" ? [] : [{ name: secretOf(server, username) }],
  );
  const body = resourceBody({
    ...place,
    type,
    identity: { type: "None" },
    ...workloadIdentity(id, systemAssigned, userAssigned),
    properties: {
      runningStatus: "Running",
      ...(isApp ? { managedEnvironmentId: environment } : {}),
      environmentId: environment,
      workloadProfileName: "Consumption",
      ...(isApp ? { outboundIpAddresses: outboundAddresses, ...latestRevision(place.name) } : {}),
      customDomainVerificationId: guid(`domain of ${id}`),
      configuration: {
        secrets: secrets.length === 0 ? null : secrets,
        ...(isApp ? appConfiguration(place.name) : {}),
        registries: registries.map(({ server, identity = "", username = "" }) => ({
          server,
          username,
          passwordSecretRef: username === "" ? "" : secretOf(server, username),
          identity,
        })),
      },
      template: {
        ...(isApp ? appTemplate : {}),
        containers: images.map((image, index) => ({
          image,
          name: `c${index}`,
          env: [{ name: "GREETING", value: '{"image":"not.azurecr.io/an/image"}' }],
          resources: { cpu: 0.5, memory: "1Gi" },
        })),
        initContainers: null,
      },
      ...(isApp
        ? {
            eventStreamEndpoint: `https://westeurope.azurecontainerapps.dev${id.replace(/\/providers\/[^/]+/, "")}/eventstream`,
            delegatedIdentities: [],
          }
        : {}),
    },
  });
  return { ...body, systemData };
}

const systemData = {
  createdBy: "platform@nordfracht.example",
  createdByType: "User",
  createdAt: "2025-03-11T08:14:27.5530418",
  lastModifiedBy: "platform@nordfracht.example",
  lastModifiedByType: "User",
  lastModifiedAt: "2025-03-11T08:14:27.5530418",
};

const domain = "bluebay-4f1c07aa.westeurope.azurecontainerapps.io";

function latestRevision(name: string) {
  const revision = `${name}--0000007`;
  return {
    latestRevisionName: revision,
    latestReadyRevisionName: revision,
    latestRevisionFqdn: `${revision}.${domain}`,
  };
}

function appConfiguration(name: string) {
  return {
    activeRevisionsMode: "Single",
    ingress: {
      fqdn: `${name}.${domain}`,
      external: true,
      targetPort: 8080,
      exposedPort: 0,
      transport: "Auto",
      traffic: [{ weight: 100, latestRevision: true }],
      customDomains: null,
      allowInsecure: false,
      ipSecurityRestrictions: null,
      corsPolicy: null,
      clientCertificateMode: null,
      stickySessions: null,
      additionalPortMappings: null,
    },
    dapr: null,
    maxInactiveRevisions: 100,
    service: null,
  };
}

const appTemplate = {
  revisionSuffix: "",
  terminationGracePeriodSeconds: null,
  scale: { minReplicas: null, maxReplicas: 10, rules: null },
  volumes: null,
  serviceBinds: null,
};

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
