import type { QueryScope } from "../azure/resource-graph.ts";

/** The scope of a sweep: named subscriptions, management groups, or all that the identity can read. */
export function scopeOf(settings: {
  readonly ACRAUDIT_SUBSCRIPTIONS?: readonly string[] | undefined;
  readonly ACRAUDIT_MANAGEMENT_GROUPS?: readonly string[] | undefined;
}): QueryScope {
  const { ACRAUDIT_SUBSCRIPTIONS: subscriptionIds, ACRAUDIT_MANAGEMENT_GROUPS: managementGroups } = settings;
  if (subscriptionIds?.length) return { subscriptions: subscriptionIds };
  return managementGroups?.length ? { managementGroups } : {};
}
