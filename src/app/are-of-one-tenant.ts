/** What is delegated by other tenants has principals that the directory does not show. */
export function areOfOneTenant(subscriptions: readonly { readonly tenantId: string }[]): boolean {
  return new Set(subscriptions.map(({ tenantId }) => tenantId.toLowerCase())).size === 1;
}
