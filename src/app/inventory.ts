import type { ClusterInventory } from "../collect/clusters.ts";
import type { Directory } from "../collect/directory.ts";
import type { ListedRegistry, RegistryInventory } from "../collect/registries.ts";
import type { SubscriptionInventory } from "../collect/subscriptions.ts";
import { type Collected, known } from "../core/collected.ts";
import type { GrantIndex } from "./grant-index.ts";
import { indexGrants } from "./grant-index.ts";
import type { NetworkInventory } from "./network-inventory.ts";
import { noNetworks } from "./network-inventory.ts";
import type { Workloads } from "./workloads.ts";
import { noWorkloads } from "./workloads.ts";

/** What is known of a tenant, or of a part of it, before single registries are looked at. */
export interface Inventory {
  /** The tenant whose directory this is; absent where nobody is looked up in it. */
  readonly homeTenantId?: string;
  readonly subscriptions: SubscriptionInventory;
  readonly registries: Collected<RegistryInventory>;
  readonly clusters: Collected<ClusterInventory>;
  readonly grants: Collected<GrantIndex>;
  readonly directory: Collected<Directory>;
  readonly network: NetworkInventory;
  readonly workloads: Workloads;
}

/** What a sweep knows of the tenant. Read once per run. */
export interface TenantInventory extends Inventory {
  readonly homeTenantId: string;
}

export const noDirectory: Collected<Directory> = known({
  servicePrincipals: new Map(),
  objectIds: new Map(),
  applications: new Map(),
});

/** An inventory of some registries and nothing else. */
export function bareInventory(registries: readonly ListedRegistry[]): Inventory {
  return {
    subscriptions: { whole: false, subscriptions: [], gaps: [] },
    registries: known({ registries, malformed: [] }),
    clusters: known({ clusters: [], malformed: [] }),
    grants: known(indexGrants([], new Map())),
    directory: noDirectory,
    network: noNetworks,
    workloads: noWorkloads,
  };
}
