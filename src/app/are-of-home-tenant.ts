import { sameId } from "../core/resource-id.ts";

/**
 * Whether the directory is that of everything which is looked at: what other tenants delegate has principals that it does
 * not show. Never where it was not asked whose directory it is.
 */
export function areOfHomeTenant(
  subscriptions: readonly { readonly tenantId: string }[],
  homeTenantId: string | undefined,
): boolean {
  return homeTenantId !== undefined && subscriptions.every(({ tenantId }) => sameId(tenantId, homeTenantId));
}
