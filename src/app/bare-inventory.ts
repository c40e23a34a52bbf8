import type { Directory } from "../collect/directory.ts";
import type { ListedRegistry } from "../collect/registries.ts";
import { type Collected, known } from "../core/collected.ts";
import { indexGrants } from "./grant-index.ts";
import type { Inventory } from "./inventory.ts";
import { noNetworks } from "./network-inventory.ts";
import { noWorkloads } from "./workloads.ts";

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
