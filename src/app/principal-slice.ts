import type { Directory } from "../collect/directory.ts";
import { type Collected, type Gap, known } from "../core/collected.ts";
import type { Reach } from "../core/facts.ts";
import type { PrincipalEntry, PrincipalSlice } from "../core/slice.ts";
import { allCredentials } from "./all-credentials.ts";
import type { GrantIndex } from "./grant-index.ts";
import type { Inventory, TenantInventory } from "./inventory.ts";
import { reachOfGrants } from "./reach-of-grants.ts";
import { seenBy } from "./seen-by.ts";

/** The service principals that reach registries, with what is known of each. */
export function principalSlice(inventory: TenantInventory): PrincipalSlice {
  const { grants: index, directory, subscriptions, homeTenantId } = inventory;
  const gaps: Gap[] = [...(index.known ? index.value.gaps : [index.gap]), ...(directory.known ? [] : [directory.gap])];
  const shared = {
    kind: "principals",
    id: "principals",
    tenantId: homeTenantId, // whatever else is looked at, the directory is that of this tenant
    name: "Service principals",
    sees: seenBy(inventory),
    subscriptions: subscriptions.subscriptions.map(({ id }) => id),
    gaps,
  } as const;
  if (!index.known) return { ...shared, principals: [], complete: false };

  const reachOf = reachOfGrants(inventory);
  const principals = index.value.holders.flatMap((id): PrincipalEntry[] => {
    const reach = reachOf(index.value.of(id));
    return reach.known && reach.value.registries === 0 ? [] : [principalEntry(directory, id, reach)];
  });
  return {
    ...shared,
    principals,
    complete: seesEverything(inventory, index.value),
  };
}

/** Whether a principal that is not listed reaches no registry for certain. */
function seesEverything({ directory, registries, subscriptions }: Inventory, { gaps }: GrantIndex): boolean {
  const listed = registries.known && registries.value.malformed.length === 0;
  return directory.known && listed && subscriptions.gaps.length === 0 && gaps.length === 0;
}

function principalEntry(directory: Collected<Directory>, id: string, reach: Collected<Reach>): PrincipalEntry {
  const entry = { id, reach };
  if (!directory.known) return { ...entry, name: id, principal: directory, credentials: directory };

  const found = directory.value.servicePrincipals.get(id);
  if (!found) return { ...entry, name: id, principal: known(null), credentials: known([]) };
  if (!found.known) return { ...entry, name: id, principal: found, credentials: found };
  const { principal } = found.value;
  const application = directory.value.applications.get(principal.appId.toLowerCase());
  return {
    ...entry,
    name: principal.displayName,
    principal: known(principal),
    credentials: allCredentials(found.value, application?.credentials),
    ...(application && { applicationId: application.id }),
  };
}
