import { resourceBody } from "./resource.ts";
import { workloadIdentity } from "./workload-identity.ts";

/** A web or function app that runs a container, or a slot of one (2024-04-01). Resource Graph keeps `siteConfig` apart. */
export function siteBody({
  image,
  linuxFxVersion = image === undefined ? "NODE|22-lts" : `DOCKER|${image}`,
  usesIdentity = false,
  identityClientId = null,
  functionApp = false,
  slot,
  systemAssigned = false,
  userAssigned = [],
  subnetId,
  pullsThroughNetwork = false,
  routing = { outboundVnetRouting: { imagePullTraffic: pullsThroughNetwork } },
  name,
  ...place
}: SiteOptions) {
  const type = slot === undefined ? "Microsoft.Web/sites" : "Microsoft.Web/sites/slots";
  const id = `/subscriptions/${place.subscriptionId}/resourceGroups/${place.resourceGroup}/providers/Microsoft.Web/sites/${name}${slot === undefined ? "" : `/slots/${slot}`}`;
  return {
    ...resourceBody({
      ...place,
      type,
      name: slot === undefined ? name : `${name}/${slot}`,
      kind: `${functionApp ? "functionapp" : "app"},linux,container`,
      ...workloadIdentity(id, systemAssigned, userAssigned),
      properties: {
        state: "Running",
        possibleOutboundIpAddresses: "20.50.2.10,20.50.2.11",
        outboundIpAddresses: "20.50.2.10",
        ...(subnetId === undefined ? {} : { virtualNetworkSubnetId: subnetId }),
        ...routing,
        siteConfig: {
          linuxFxVersion,
          windowsFxVersion: null,
          acrUseManagedIdentityCreds: usesIdentity,
          acrUserManagedIdentityID: identityClientId,
        },
      },
    }),
    id,
  };
}

export interface SiteOptions {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly slot?: string;
  readonly functionApp?: boolean;
  /** `contoso.azurecr.io/shop/web:1` */
  readonly image?: string;
  readonly linuxFxVersion?: string;
  readonly usesIdentity?: boolean;
  readonly identityClientId?: string | null;
  readonly systemAssigned?: boolean;
  readonly userAssigned?: readonly string[];
  readonly subnetId?: string;
  readonly pullsThroughNetwork?: boolean;
  /** Properties by which it says what it routes through its subnet, and where it runs. */
  readonly routing?: Readonly<Record<string, unknown>>;
}

/** A container of a site that keeps its containers as resources of their own. */
export function siteContainerBody(siteId: string, name: string, properties: SiteContainerProperties) {
  return {
    id: `${siteId}/sitecontainers/${name}`,
    name,
    type: "Microsoft.Web/sites/sitecontainers",
    properties: { isMain: name === "main", targetPort: "8080", ...properties },
  };
}

export interface SiteContainerProperties {
  readonly image: string;
  /** `Anonymous`, `UserCredentials`, `SystemIdentity` or `UserAssigned`. */
  readonly authType: string;
  readonly userName?: string;
  readonly userManagedIdentityClientId?: string;
}
