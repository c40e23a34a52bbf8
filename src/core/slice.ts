import type { Collected, Gap } from "./collected.ts";
import type { Credential, Principal, Puller, Reach, RegistryNeed } from "./facts.ts";

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
  /** What the inventory could not tell of this subscription. */
  readonly gaps: readonly Gap[];
}

/** A puller, with what the inventory knows of each registry it needs. Details of registries are read by the worker. */
export interface PullerEntry {
  readonly id: string;
  readonly name: string;
  readonly puller: Collected<Puller>;
  readonly needs: Collected<readonly Omit<RegistryNeed, "registry" | "denials">[]>;
  /** Needs that name a registry which this sweep cannot see. */
  readonly unresolved: readonly { readonly text: string; readonly learned: RegistryNeed["learned"] }[];
  readonly hasPullGrant: Collected<boolean>;
}

export interface PrincipalSlice {
  readonly kind: "principals";
  readonly id: "principals";
  readonly tenantId: string;
  readonly name: string;
  readonly principals: readonly PrincipalEntry[];
  /** Every principal of the directory is known, so one that is not here has been deleted or reaches no registry. */
  readonly complete: boolean;
  /** The subscriptions that this sweep sees: what is reached elsewhere says nothing here. */
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
