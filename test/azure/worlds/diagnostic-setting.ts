/** A registry's diagnostic setting (2021-05-01-preview). The service answers its id partly in lower case. */
export function diagnosticSettingBody({
  registryId,
  workspaceId,
  name = "to-log-analytics",
  categories = ["ContainerRegistryRepositoryEvents", "ContainerRegistryLoginEvents"],
  categoryGroups = [],
}: DiagnosticSettingOptions) {
  const lowered = registryId
    .replace("/resourceGroups/", "/resourcegroups/")
    .replace("/Microsoft.ContainerRegistry/", "/microsoft.containerregistry/");
  const enabled = { enabled: true, retentionPolicy: { enabled: false, days: 0 } };
  return {
    id: `${lowered}/providers/microsoft.insights/diagnosticSettings/${name}`,
    type: "Microsoft.Insights/diagnosticSettings",
    name,
    location: null,
    kind: null,
    tags: null,
    properties: {
      storageAccountId: null,
      serviceBusRuleId: null,
      workspaceId,
      eventHubAuthorizationRuleId: null,
      eventHubName: null,
      metrics: [{ category: "AllMetrics", ...enabled }],
      logs: [
        ...categories.map((category) => ({ category, categoryGroup: null, ...enabled })),
        ...categoryGroups.map((categoryGroup) => ({ category: null, categoryGroup, ...enabled })),
      ],
      logAnalyticsDestinationType: null,
    },
    identity: null,
  };
}

export interface DiagnosticSettingOptions {
  readonly registryId: string;
  readonly workspaceId: string;
  readonly name?: string;
  readonly categories?: readonly string[];
  /** `audit` or `allLogs`. */
  readonly categoryGroups?: readonly string[];
}
