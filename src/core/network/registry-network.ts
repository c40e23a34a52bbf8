import type { Collected } from "../collected.ts";
import { sameId } from "../resource-id.ts";

/** A setting, and whether the service said it or left it out, in which case it is what its documentation says. */
export interface Setting<Value> {
  readonly value: Value;
  readonly said: boolean;
}

/**
 * The network settings in a registry's own ARM resource.
 * https://learn.microsoft.com/azure/container-registry/container-registry-access-selected-networks
 */
export interface NetworkSettings {
  readonly publicNetworkAccess: Setting<"Enabled" | "Disabled">;
  /** Basic and Standard have no rule set: everything is allowed. */
  readonly defaultAction: Setting<"Allow" | "Deny">;
  /** Addresses and ranges that are allowed, as the registry says them. */
  readonly ipRules: readonly string[];
  /** `networkRuleBypassOptions` is `AzureServices`. */
  readonly trustedServices: Setting<boolean>;
  /** `networkRuleBypassAllowedForTasks`. */
  readonly trustedTasks: Setting<boolean>;
  readonly dataEndpointEnabled: boolean;
  readonly dataEndpointHostNames: readonly string[];
  readonly connections: readonly PrivateConnection[];
  /** `policies.exportPolicy` is `enabled`. */
  readonly exportAllowed: Setting<boolean>;
}

/** A registry's side of a private endpoint. */
export interface PrivateConnection {
  readonly id: string;
  readonly name: string;
  /** Empty where the endpoint has been deleted. */
  readonly endpointId: string;
  /** `Approved`, `Pending`, `Rejected`, `Disconnected`. Only an approved one carries traffic. */
  readonly status: string;
  readonly description: string;
}

/** A private endpoint of a registry, with the addresses that its network interface has for it. */
export interface PrivateEndpoint {
  readonly id: string;
  readonly name: string;
  readonly registryId: string;
  readonly subnetId: string;
  /** Never empty: an endpoint without addresses tells nothing of names. */
  readonly addresses: readonly EndpointAddress[];
}

export interface EndpointAddress {
  readonly host: string;
  readonly address: string;
}

/**
 * A private DNS zone that names of registries lie in (`privatelink.azurecr.io`, `westeurope.data.privatelink.azurecr.io`,
 * `azurecr.io`), as far as it says something of the registries at hand.
 */
export interface PrivateZone {
  readonly id: string;
  readonly name: string;
  readonly links: readonly ZoneLink[];
  readonly records: Collected<readonly AddressRecord[]>;
}

export interface ZoneLink {
  readonly networkId: string;
  /** `NxDomainRedirect`: a name that the zone does not have is looked up publicly. */
  readonly fallsBack: boolean;
}

export interface AddressRecord {
  /** Without the zone's name: `contoso`, `contoso.westeurope.data`, `*`; `@` for the zone's own. */
  readonly name: string;
  /** Empty where it has records of other types alone. */
  readonly addresses: readonly string[];
  /** The name that a CNAME leads to. */
  readonly alias?: string;
}

/** All that decides who reaches a registry, each part known or a gap of its own. */
export interface RegistryNetwork {
  readonly settings: Collected<NetworkSettings>;
  /** Ids of subnets that are allowed. Only preview API versions show them. */
  readonly virtualNetworkRules: Collected<readonly string[]>;
  readonly endpoints: Collected<readonly PrivateEndpoint[]>;
  readonly zones: Collected<readonly PrivateZone[]>;
  /**
   * Ids of the zones in which its approved endpoints keep their records, visible or not. Asked for only where the
   * registry is shut, or whoever asks has no way out, and no zone that is visible has a record of it.
   */
  readonly keptZones?: Collected<readonly string[]>;
  /** Regions of its geo-replicas, without the home region. */
  readonly replicas: Collected<readonly string[]>;
}

export function isApproved({ status }: Pick<PrivateConnection, "status">): boolean {
  return status.toLowerCase() === "approved";
}

/** Endpoints of connections that are not among those at hand, each by its id, or by its connection where it has none. */
export function unseenOf(
  connections: readonly PrivateConnection[],
  endpoints: readonly PrivateEndpoint[],
): readonly string[] {
  return connections
    .filter(({ endpointId }) => !endpoints.some(({ id }) => sameId(id, endpointId)))
    .map(({ endpointId, name }) => endpointId || `the endpoint of connection ${name}`);
}

/** `/…/virtualNetworks/hub` of `/…/virtualNetworks/hub/subnets/nodes`. */
export function networkOfSubnet(subnetId: string): string {
  return subnetId.replace(/\/subnets\/[^/]+$/i, "");
}
