interface KnownType {
  /** In Azure's spelling, newest first. */
  readonly versions: readonly string[];
  /** The list is not complete: any other well-formed version from the oldest one until today is accepted too. */
  readonly open: boolean;
}

export interface ResourceProvider {
  readonly namespace: string;
  /** In Azure's spelling, without the namespace. */
  readonly types: ReadonlyMap<string, KnownType>;
}

const registry =
  "2017-03-01 2017-10-01 2019-05-01 2019-12-01-preview 2020-11-01-preview 2021-06-01-preview 2021-08-01-preview " +
  "2021-09-01 2021-12-01-preview 2022-02-01-preview 2022-12-01 2023-01-01-preview 2023-06-01-preview 2023-07-01 " +
  "2023-08-01-preview 2023-11-01-preview 2024-11-01-preview 2025-03-01-preview 2025-04-01 2025-05-01-preview " +
  "2025-06-01-preview 2025-11-01 2026-01-01-preview 2026-03-01-preview 2026-09-01-preview";
const registryChild = (first: string, ...missing: readonly string[]) =>
  registry
    .split(" ")
    .filter((version) => version >= first && !missing.includes(version))
    .join(" ");
const repositoryTokens = `2019-05-01-preview ${registryChild("2020-11-01-preview", "2021-09-01")}`;
const artifactCache = registryChild("2023-01-01-preview");
const privateEndpoints = registryChild("2019-12-01-preview");
const registryTasks = "2018-09-01 2019-04-01 2019-06-01-preview 2025-03-01-preview";
const resourceManager =
  "2014-04-01 2014-04-01-preview 2015-01-01 2015-11-01 2016-02-01 2016-06-01 2016-07-01 2016-09-01 2017-05-10 2018-02-01 " +
  "2018-05-01 2018-11-01 2019-03-01 2019-05-01 2019-05-10 2019-06-01 2019-07-01 2019-08-01 2019-09-01 2019-10-01 " +
  "2019-11-01 2020-01-01 2020-05-01 2020-06-01 2020-08-01 2020-09-01 2020-10-01 2021-01-01 2021-04-01 2022-01-01 " +
  "2022-03-01 2022-09-01 2022-12-01 2023-07-01 2024-03-01 2024-07-01 2024-11-01 2025-03-01 2025-04-01";
const web =
  "2015-08-01 2016-03-01 2016-08-01 2016-09-01 2018-02-01 2018-11-01 2019-08-01 2020-06-01 2020-09-01 2020-10-01 " +
  "2020-12-01 2021-01-01 2021-01-15 2021-02-01 2021-03-01 2022-03-01 2022-09-01 2023-01-01 2023-12-01 2024-04-01 " +
  "2024-11-01 2025-03-01";
const eventGrid =
  "2017-06-15-preview 2017-09-15-preview 2018-01-01 2018-05-01-preview 2018-09-15-preview 2019-01-01 " +
  "2019-02-01-preview 2019-06-01 2020-01-01-preview 2020-04-01-preview 2020-06-01 2020-10-15-preview " +
  "2021-06-01-preview 2021-10-15-preview 2021-12-01 2022-06-15 2023-06-01-preview 2023-12-15-preview " +
  "2024-06-01-preview 2024-12-15-preview 2025-02-15 2025-04-01-preview 2025-07-15-preview";
const workspaces =
  "2015-11-01-preview 2017-04-26-preview 2020-03-01-preview 2020-08-01 2020-10-01 2021-06-01 2021-12-01-preview " +
  "2022-10-01 2023-09-01 2025-02-01 2025-07-01 2026-03-01";
const managementGroups =
  "2017-08-31-preview 2017-11-01-preview 2018-01-01-preview 2018-03-01-preview 2019-11-01 2020-02-01 2020-05-01 " +
  "2020-10-01 2021-04-01 2023-04-01 2024-02-01-preview";
const identities =
  "2015-08-31-preview 2018-11-30 2021-09-30-preview 2022-01-31-preview 2023-01-31 2023-07-31-preview 2024-11-30 " +
  "2025-01-31-preview 2025-05-31-preview";
const delegations =
  "2018-06-01-preview 2019-04-01-preview 2019-06-01 2019-09-01 2020-02-01-preview 2022-01-01-preview 2022-10-01";
const containerService =
  "2017-08-31 2018-03-31 2019-02-01 2019-08-01 2020-01-01 2020-09-01 2021-03-01 2021-08-01 2022-01-01 2022-09-01 " +
  "2023-01-01 2023-08-01 2024-01-01 2024-05-01 2024-09-01 2025-01-01 2025-05-01 2025-10-01…";
const containerApps = "2022-03-01 2022-10-01 2023-05-01 2024-03-01 2025-01-01 2025-07-01…";
const storage =
  "2015-05-01-preview 2019-06-01 2021-09-01 2022-09-01 2023-01-01 2023-05-01 2024-01-01 2025-01-01 2025-06-01 2026-04-01…";
const network =
  "2015-05-01-preview 2018-10-01 2020-11-01 2022-07-01 2023-11-01 2024-05-01 2025-01-01 2025-05-01 2025-09-01…";
const compute = "2015-06-15 2019-12-01 2021-11-01 2023-03-01 2024-03-01 2024-07-01 2024-11-01 2025-04-01…";
const policy =
  "2015-10-01-preview 2019-09-01 2020-09-01 2021-06-01 2022-06-01 2023-04-01 2024-05-01 2025-01-01 2025-03-01 2026-07-01…";
const vaults =
  "2015-06-01 2016-10-01 2018-02-14 2019-09-01 2021-10-01 2022-07-01 2023-02-01 2023-07-01 2024-11-01 2025-05-01 2026-02-01…";

/** `…` at the end of a list says that it is open. */
const providers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "Microsoft.ContainerRegistry": {
    registries: registry,
    "registries/tokens": repositoryTokens,
    "registries/scopeMaps": repositoryTokens,
    "registries/replications": registryChild("2017-10-01"),
    "registries/webhooks": registryChild("2017-10-01"),
    "registries/privateEndpointConnections": privateEndpoints,
    "registries/privateLinkResources": privateEndpoints,
    "registries/cacheRules": artifactCache,
    "registries/credentialSets": artifactCache,
    "registries/connectedRegistries": registryChild("2020-11-01-preview", "2021-09-01", "2022-12-01", "2023-07-01"),
    "registries/listUsages": registryChild("2017-10-01"),
    "registries/operationStatuses": registry,
    "registries/exportPipelines": registryChild("2019-12-01-preview", "2021-09-01", "2022-12-01", "2023-07-01"),
    "registries/importPipelines": registryChild("2019-12-01-preview", "2021-09-01", "2022-12-01", "2023-07-01"),
    "registries/pipelineRuns": registryChild("2019-12-01-preview", "2021-09-01", "2022-12-01", "2023-07-01"),
    "registries/packages/archives": registryChild("2023-06-01-preview", "2023-07-01", "2025-04-01", "2025-11-01"),
    "registries/tasks": registryTasks,
    "registries/taskRuns": "2019-06-01-preview 2025-03-01-preview",
    "registries/runs": registryTasks,
    "registries/agentPools": "2019-06-01-preview 2025-03-01-preview",
  },
  "Microsoft.ContainerService": {
    managedClusters: containerService,
    "managedClusters/agentPools": containerService,
    "managedClusters/maintenanceConfigurations": containerService,
    "managedClusters/privateEndpointConnections": containerService,
    "managedClusters/trustedAccessRoleBindings": containerService,
  },
  "Microsoft.Authorization": {
    roleAssignments:
      "2014-04-01-preview 2014-07-01-preview 2014-10-01-preview 2015-05-01-preview 2015-06-01 2015-07-01 2016-07-01 " +
      "2017-05-01 2017-09-01 2017-10-01-preview 2018-01-01-preview 2018-07-01 2018-07-01-preview 2018-09-01-preview " +
      "2018-12-01-preview 2019-04-01-preview 2020-03-01-preview 2020-04-01-preview 2020-08-01-preview " +
      "2020-10-01-preview 2021-04-01-preview 2022-01-01-preview 2022-04-01",
    roleDefinitions:
      "2014-04-01-preview 2014-07-01-preview 2014-10-01-preview 2015-05-01-preview 2015-06-01 2015-07-01 2016-07-01 " +
      "2017-05-01 2017-09-01 2018-01-01-preview 2018-07-01 2022-04-01 2022-05-01-preview",
    denyAssignments: "2018-07-01 2018-07-01-preview 2019-03-01-preview 2022-04-01 2024-07-01-preview",
    permissions:
      "2014-04-01-preview 2015-07-01 2016-07-01 2017-05-01 2018-01-01-preview 2018-07-01 2022-04-01 2022-05-01-preview",
    locks: "2015-01-01 2015-05-01-preview 2015-06-01 2016-09-01 2017-04-01 2020-05-01",
    classicAdministrators: "2014-04-01-preview 2015-05-01-preview 2015-06-01 2015-07-01",
    policyAssignments: policy,
    policyDefinitions: policy,
    policySetDefinitions: policy,
    policyExemptions: "2020-07-01-preview 2022-07-01-preview 2024-12-01-preview",
    roleEligibilityScheduleInstances: "2020-10-01 2020-10-01-preview 2022-04-01-preview 2024-02-01-preview",
    roleAssignmentScheduleInstances: "2020-10-01 2020-10-01-preview 2022-04-01-preview 2024-02-01-preview",
    roleEligibilitySchedules: "2020-10-01 2020-10-01-preview 2022-04-01-preview 2024-02-01-preview",
    roleAssignmentSchedules: "2020-10-01 2020-10-01-preview 2022-04-01-preview 2024-02-01-preview",
  },
  "Microsoft.Resources": {
    subscriptions: resourceManager,
    "subscriptions/resourceGroups": resourceManager,
    "subscriptions/resources": resourceManager,
    "subscriptions/providers": resourceManager,
    "subscriptions/locations": resourceManager,
    "subscriptions/tagNames": resourceManager,
    tenants: resourceManager,
    providers: resourceManager,
    resources: resourceManager,
    resourceGroups: resourceManager,
    deployments: resourceManager,
    tags: resourceManager,
    deploymentScripts: "2019-10-01-preview 2020-10-01 2023-08-01",
    changes: "2022-03-01-preview 2022-05-01 2023-03-01-preview 2023-07-01-preview",
  },
  "Microsoft.ResourceGraph": {
    resources:
      "2018-09-01-preview 2019-04-01 2020-04-01-preview 2020-07-01-preview 2020-09-01-preview 2021-03-01 " +
      "2021-06-01-preview 2022-10-01 2024-04-01",
    operations: "2018-09-01-preview 2019-04-01 2021-03-01 2022-10-01 2024-04-01",
    queries: "2018-09-01-preview 2020-04-01-preview 2024-04-01",
  },
  "Microsoft.Management": {
    managementGroups,
    "managementGroups/subscriptions": managementGroups,
    "managementGroups/descendants": managementGroups,
    getEntities: managementGroups,
  },
  "Microsoft.ManagedServices": {
    registrationAssignments: delegations,
    registrationDefinitions: delegations,
  },
  "Microsoft.ManagedIdentity": {
    userAssignedIdentities: identities,
    "userAssignedIdentities/federatedIdentityCredentials":
      "2022-01-31-preview 2023-01-31 2023-07-31-preview 2024-11-30 2025-01-31-preview 2025-05-31-preview",
    identities,
  },
  "Microsoft.Insights": {
    diagnosticSettings: "2015-07-01 2016-09-01 2017-05-01-preview 2020-01-01-preview 2021-05-01-preview",
    diagnosticSettingsCategories: "2017-05-01-preview 2020-01-01-preview 2021-05-01-preview",
    components: "2014-04-01 2015-05-01 2018-05-01-preview 2020-02-02 2020-02-02-preview",
    scheduledQueryRules: "2018-04-16 2021-08-01 2022-06-15 2023-12-01 2026-03-01…",
    actionGroups: "2017-04-01 2019-06-01 2021-09-01 2022-06-01 2023-01-01 2024-10-01-preview…",
    metricAlerts: "2018-03-01 2024-03-01-preview 2026-01-01",
    activityLogAlerts: "2017-03-01-preview 2017-04-01 2020-10-01 2023-01-01-preview 2026-01-01",
    workbooks: "2015-05-01 2018-06-17-preview 2020-10-20 2021-03-08 2021-08-01 2022-04-01 2023-06-01",
    dataCollectionRules: "2019-11-01-preview 2021-04-01 2021-09-01-preview 2022-06-01 2023-03-11 2024-03-11",
    dataCollectionRuleAssociations: "2019-11-01-preview 2021-04-01 2022-06-01 2023-03-11 2024-03-11",
    eventtypes: "2014-04-01 2015-04-01 2017-03-01-preview",
  },
  "Microsoft.OperationalInsights": {
    workspaces,
    "workspaces/tables": workspaces,
    "workspaces/linkedServices": workspaces,
    "workspaces/dataExports": workspaces,
  },
  "Microsoft.Web": {
    sites: web,
    "sites/config": web,
    "sites/slots": web,
    "sites/slots/config": web,
    "sites/functions": web,
    "sites/sitecontainers": "2023-12-01 2024-04-01 2024-11-01 2025-03-01",
    "sites/basicPublishingCredentialsPolicies": web,
    "sites/virtualNetworkConnections": web,
    "sites/privateEndpointConnections": web,
    "sites/hostNameBindings": web,
    serverfarms: web,
    staticSites: web,
  },
  "Microsoft.App": {
    containerApps,
    "containerApps/revisions": containerApps,
    "containerApps/authConfigs": containerApps,
    jobs: containerApps,
    "jobs/executions": containerApps,
    managedEnvironments: containerApps,
    sessionPools: "2024-02-02-preview 2025-01-01 2025-07-01…",
  },
  "Microsoft.ContainerInstance": {
    containerGroups:
      "2017-08-01-preview 2018-10-01 2019-12-01 2021-09-01 2022-09-01 2023-05-01 2024-10-01-preview 2025-09-01…",
  },
  "Microsoft.MachineLearningServices": {
    workspaces: "2018-11-19 2020-08-01 2021-07-01 2022-10-01 2023-04-01 2023-10-01 2024-04-01 2024-10-01 2025-06-01…",
    "workspaces/computes": "2020-08-01 2021-07-01 2022-10-01 2023-10-01 2024-10-01 2025-06-01…",
    "workspaces/onlineEndpoints": "2021-10-01 2022-05-01 2023-10-01 2024-10-01 2025-06-01…",
    registries: "2022-10-01-preview 2023-10-01 2024-10-01 2025-06-01…",
  },
  "Microsoft.Batch": {
    batchAccounts: "2015-12-01 2019-08-01 2021-06-01 2022-10-01 2023-11-01 2024-02-01 2024-07-01 2025-06-01…",
    "batchAccounts/pools": "2017-09-01 2021-06-01 2022-10-01 2023-11-01 2024-07-01 2025-06-01…",
  },
  "Microsoft.EventGrid": {
    topics: eventGrid,
    systemTopics: eventGrid,
    "systemTopics/eventSubscriptions": eventGrid,
    "topics/eventSubscriptions": eventGrid,
    eventSubscriptions: eventGrid,
  },
  "Microsoft.KeyVault": {
    vaults,
    managedHSMs: vaults,
    deletedVaults: vaults,
    "vaults/secrets": vaults,
    "vaults/keys": vaults,
    "vaults/privateEndpointConnections": vaults,
  },
  "Microsoft.Storage": {
    storageAccounts: storage,
    "storageAccounts/blobServices": storage,
    "storageAccounts/queueServices": storage,
    "storageAccounts/tableServices": storage,
    "storageAccounts/fileServices": storage,
    "storageAccounts/managementPolicies": storage,
  },
  "Microsoft.Network": {
    virtualNetworks: network,
    "virtualNetworks/subnets": network,
    privateEndpoints: network,
    "privateEndpoints/privateDnsZoneGroups": network,
    networkSecurityGroups: network,
    networkInterfaces: network,
    publicIPAddresses: network,
    loadBalancers: network,
    natGateways: network,
    azureFirewalls: network,
    routeTables: network,
    privateDnsZones: "2018-09-01 2020-01-01 2020-06-01 2024-06-01",
    "privateDnsZones/virtualNetworkLinks": "2018-09-01 2020-01-01 2020-06-01 2024-06-01",
    "privateDnsZones/A": "2018-09-01 2020-01-01 2020-06-01 2024-06-01",
    "privateDnsZones/CNAME": "2018-09-01 2020-01-01 2020-06-01 2024-06-01",
    "privateDnsZones/ALL": "2018-09-01 2020-01-01 2020-06-01 2024-06-01",
    dnsForwardingRulesets: "2022-07-01 2025-05-01",
    "dnsForwardingRulesets/virtualNetworkLinks": "2022-07-01 2025-05-01",
    "dnsForwardingRulesets/forwardingRules": "2022-07-01 2025-05-01",
  },
  "Microsoft.Compute": {
    virtualMachines: compute,
    virtualMachineScaleSets: compute,
    "virtualMachineScaleSets/virtualMachines": compute,
    disks: compute,
  },
  "Microsoft.Security": {
    pricings: "2018-06-01 2022-03-01 2023-01-01 2024-01-01",
    assessments: "2020-01-01 2021-06-01",
  },
  "Microsoft.Support": { supportTickets: "2020-04-01 2024-04-01" },
  "Microsoft.PolicyInsights": { remediations: "2018-07-01-preview 2019-07-01 2021-10-01 2024-10-01" },
  "Microsoft.Features": { features: "2014-08-01-preview 2015-12-01 2021-07-01" },
  "Microsoft.ResourceHealth": {
    availabilityStatuses: "2015-01-01 2017-07-01 2018-07-01 2020-05-01 2022-10-01 2025-05-01…",
  },
};

/** The resource providers of Azure that the simulator knows, by namespace in lower case. */
export const resourceProviders: ReadonlyMap<string, ResourceProvider> = new Map(
  Object.entries(providers).map(([namespace, types]) => [
    namespace.toLowerCase(),
    {
      namespace,
      types: new Map(
        Object.entries(types).map(([type, versions]) => [
          type,
          { versions: versions.replace("…", "").split(" ").reverse(), open: versions.endsWith("…") },
        ]),
      ),
    },
  ]),
);

const known = new Map<string, KnownType>();
for (const { namespace, types } of resourceProviders.values())
  for (const [type, versions] of types) known.set(`${namespace}/${type}`.toLowerCase(), versions);

export type VersionVerdict =
  | { readonly supported: true }
  | { readonly supported: false; readonly versions: readonly string[] };

/**
 * Whether Azure has this version of the type (in lower case). Azure adds versions faster than a list can follow, so one
 * that is newer than the list and not in the future is taken, and so is any of a type that only the world mentions.
 */
export function checkApiVersion(type: string, version: string): VersionVerdict {
  const entry = known.get(type);
  const versions = entry?.versions ?? [];
  if (versions.includes(version.toLowerCase())) return { supported: true };
  const oldestOpen = (entry?.open ? versions.at(-1) : versions[0])?.slice(0, 10) ?? "2014-01-01";
  const date = /^(\d{4}-\d{2}-\d{2})(-[a-z]+)?$/i.exec(version)?.[1];
  const supported = date !== undefined && date > oldestOpen && Date.parse(date) <= Date.now();
  return supported ? { supported } : { supported, versions: entry ? versions : ["2024-01-01"] };
}

export function isKnownType(type: string): boolean {
  return known.has(type);
}
