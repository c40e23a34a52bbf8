/** A subscription as `GET /subscriptions/{id}?api-version=2022-12-01` answers it. */
export function subscriptionBody({
  subscriptionId,
  tenantId,
  displayName,
  state = "Enabled",
  tags,
}: SubscriptionOptions) {
  return {
    id: `/subscriptions/${subscriptionId}`,
    authorizationSource: "RoleBased",
    managedByTenants: [],
    ...(tags === undefined ? {} : { tags }),
    subscriptionId,
    tenantId,
    displayName,
    state,
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "EnterpriseAgreement_2014-09-01",
      spendingLimit: "Off",
    },
  };
}

export interface SubscriptionOptions {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly displayName: string;
  readonly state?: "Enabled" | "Disabled" | "Warned" | "PastDue";
  readonly tags?: Readonly<Record<string, string>>;
}
