import { resourceBody } from "./resource.ts";
import { workloadIdentity } from "./workload-identity.ts";

/** A container group (2023-05-01). Azure never gives its registry passwords back. */
export function containerGroupBody({
  images,
  credentials = [],
  systemAssigned = false,
  userAssigned = [],
  subnetIds = [],
  ...place
}: ContainerGroupOptions) {
  const type = "Microsoft.ContainerInstance/containerGroups";
  const { id } = resourceBody({ ...place, type });
  return resourceBody({
    ...place,
    type,
    ...workloadIdentity(id, systemAssigned, userAssigned),
    properties: {
      sku: "Standard",
      containers: images.map((image, index) => ({
        name: `c${index}`,
        properties: { image, environmentVariables: [{ name: "TOKEN", secureValue: null }] },
      })),
      initContainers: [],
      imageRegistryCredentials: credentials,
      restartPolicy: "Always",
      osType: "Linux",
      ...(subnetIds.length > 0 ? { subnetIds: subnetIds.map((one) => ({ id: one })) } : {}),
    },
  });
}

export interface ContainerGroupOptions {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly images: readonly string[];
  readonly credentials?: readonly { readonly server: string; readonly username?: string; readonly identity?: string }[];
  readonly systemAssigned?: boolean;
  readonly userAssigned?: readonly string[];
  readonly subnetIds?: readonly string[];
}
