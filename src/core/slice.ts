import type { Collected, Gap } from "./collected.ts";
import type { ArmConsumer, Credential, Grant, Principal, Puller, Reach, RegistryNeed, Role } from "./facts.ts";
import type { GrantRow } from "./grant-row.ts";
import type { EndpointSubnet } from "./network/endpoint-subnet.ts";
import type { PrivateEndpoint, PrivateZone } from "./network/registry-network.ts";
import type { Vantage } from "./network/vantage.ts";

/**
 * What one worker looks at: a subscription, or the tenant's principals. Cut once from the inventory, so that no worker
 * repeats it. Plain JSON.
 */
export type Slice = SubscriptionSlice | PrincipalSlice;

export interface SubscriptionSlice {
  readonly kind: "subscription";
  /** The subscription's id; also where its findings are kept. */
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly registries: readonly { readonly id: string; readonly name: string }[];
  readonly pullers: readonly PullerEntry[];
  /** By the lower-cased id of each registry that has any. */
  readonly armConsumers: Collected<Readonly<Record<string, readonly ArmConsumer[]>>>;
  /** Lower-cased ids of workloads that pull from no registry of Azure: whatever was found of them is over. */
  readonly idle: readonly string[];
  /** Grants with power over registries, at registries of the subscription and above them. */
  readonly grants: Collected<SliceGrants>;
  readonly network: SliceNetwork;
  /** What grants make of its pullers and every registry; only reports need it. */
  readonly grantRows: readonly GrantRow[];
  /** Subscriptions that the sweep looks at; what a workload needs elsewhere is not seen, and so not gone. */
  readonly sees: "everything" | readonly string[];
  /** A group that could not be read was granted a registry itself: a need learned from that grant may be hidden. */
  readonly hidesNeeds: boolean;
  /** What the inventory could not tell of this subscription. */
  readonly gaps: readonly Gap[];
}

/** A puller, with what the inventory knows of each registry it needs. Details of registries are read by the worker. */
export interface PullerEntry {
  readonly id: string;
  readonly name: string;
  readonly puller: Collected<Puller>;
  readonly needs: Collected<readonly Omit<RegistryNeed, "registry" | "denials" | "network">[]>;
  /** Needs that name a registry which this sweep cannot see. */
  readonly unresolved: readonly { readonly text: string; readonly learned: RegistryNeed["learned"] }[];
  readonly hasPullGrant: Collected<boolean>;
  readonly vantage: Collected<Vantage>;
}

/** Grants with their roles beside them, each role once. */
export interface SliceGrants {
  /** By id in lower case. */
  readonly roles: Readonly<Record<string, Role>>;
  readonly grants: readonly PackedGrant[];
}

/** A grant with the id of its role, or with the reason why that could not be read. */
export interface PackedGrant extends Omit<Grant, "role"> {
  readonly roleId?: string;
  readonly gap?: Gap;
}

/** What the inventory knows of the networks around a slice's registries and those that its pullers need. */
export interface SliceNetwork {
  readonly endpoints: Collected<readonly PrivateEndpoint[]>;
  /** The subnets that these endpoints are in. */
  readonly endpointSubnets: Collected<readonly EndpointSubnet[]>;
  /** With their links to the networks at hand and the records of the registries at hand alone. */
  readonly zones: Collected<readonly PrivateZone[]>;
  /** Regions of replicas by the registry's lower-cased id. */
  readonly replicas: Collected<Readonly<Record<string, readonly string[]>>>;
}

export interface PrincipalSlice {
  readonly kind: "principals";
  readonly id: "principals";
  readonly tenantId: string;
  readonly name: string;
  readonly principals: readonly PrincipalEntry[];
  /** Every principal of the directory is known, so one that is not here has been deleted or reaches no registry. */
  readonly complete: boolean;
  /** Subscriptions that the sweep looks at: what is reached elsewhere says nothing here. */
  readonly sees: "everything" | readonly string[];
  readonly subscriptions: readonly string[];
  readonly gaps: readonly Gap[];
}

export interface PrincipalEntry {
  readonly id: string;
  readonly name: string;
  readonly principal: Collected<Principal | null>;
  readonly credentials: Collected<readonly Credential[]>;
  /** Object id of its application, where the tenant has it. */
  readonly applicationId?: string;
  readonly reach: Collected<Reach>;
}
