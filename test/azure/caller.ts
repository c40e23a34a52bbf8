import { isWithin } from "./resource-id.ts";
import type { Tenant } from "./tenant.ts";
import type { Claims } from "./token.ts";
import type { CallerAccess } from "./world.ts";

/** Who asks, and what the world lets them read. */
export interface Caller {
  readonly objectId: string;
  readonly clientId: string;
  /** Whether nothing is hidden, which spares checking every row. */
  readonly readsAll: boolean;
  readonly mayReadGraph: boolean;
  /** `scope` in lower case. */
  readonly mayRead: (scope: string) => boolean;
  /** Whether something at or below the subscription may be read, so that it is listed. */
  readonly sees: (subscriptionId: string) => boolean;
}

export function callerOf(claims: Claims, tenant: Tenant, access: CallerAccess | undefined): Caller {
  const readable = access?.readable ?? "all";
  const base = {
    objectId: claims.oid,
    clientId: claims.appid,
    readsAll: readable === "all",
    mayReadGraph: access?.graph ?? true,
  };
  if (readable === "all") return { ...base, mayRead: () => true, sees: () => true };

  const scopes = readable.map((scope) => scope.toLowerCase().replace(/(.)\/$/, "$1"));
  const groups = scopes.flatMap((scope) => {
    const name = /^\/providers\/microsoft\.management\/managementgroups\/([^/]+)$/.exec(scope)?.[1];
    return name ? [name] : [];
  });
  for (const group of groups) {
    for (const below of tenant.managementGroups.groupsBelow(group))
      scopes.push(`/providers/microsoft.management/managementgroups/${below}`);
    for (const id of tenant.managementGroups.subscriptionsBelow(group)) scopes.push(`/subscriptions/${id}`);
  }
  const mayRead = (scope: string) => scopes.some((allowed) => isWithin(scope, allowed));
  return {
    ...base,
    mayRead,
    sees: (subscriptionId) => {
      const subscription = `/subscriptions/${subscriptionId}`;
      return mayRead(subscription) || scopes.some((scope) => isWithin(scope, subscription));
    },
  };
}
