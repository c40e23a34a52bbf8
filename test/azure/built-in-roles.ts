import type { Body } from "./world.ts";

interface Role {
  readonly description: string;
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly dataActions?: readonly string[];
  readonly notDataActions?: readonly string[];
}

const acr = (...names: readonly string[]) => names.map((name) => `Microsoft.ContainerRegistry/registries/${name}`);
const manage = (collection: string) =>
  acr(...["read", "write", "delete", "operationStatuses/read"].map((verb) => `${collection}/${verb}`));
const storage = (kind: string) => `Microsoft.Storage/storageAccounts/${kind}`;
const deployments = ["Microsoft.Resources/deployments/*", "Microsoft.Resources/subscriptions/resourceGroups/read"];
const support = [...deployments, "Microsoft.Support/*", "Microsoft.Authorization/*/read"];
const clusterRead = ["Microsoft.Authorization/*/read", ...deployments, "Microsoft.Support/*"];
const repositoryRead = acr("repositories/metadata/read", "repositories/content/read");
const repositoryWrite = [...repositoryRead, ...acr("repositories/metadata/write", "repositories/content/write")];
const noOwnership = [
  "Microsoft.Authorization/*/Delete",
  "Microsoft.Authorization/*/Write",
  "Microsoft.Authorization/elevateAccess/Action",
  "Microsoft.Blueprint/blueprintAssignments/write",
  "Microsoft.Blueprint/blueprintAssignments/delete",
  "Microsoft.Compute/galleries/share/action",
  "Microsoft.Purview/consents/write",
  "Microsoft.Purview/consents/delete",
];
const diagnostics = [
  ...acr(
    "providers/Microsoft.Insights/diagnosticSettings/read",
    "providers/Microsoft.Insights/diagnosticSettings/write",
    "providers/Microsoft.Insights/logDefinitions/read",
    "providers/Microsoft.Insights/metricDefinitions/read",
  ),
  ...["Write", "Delete", "Read", "Activated/Action", "Resolved/Action", "Throttled/Action", "Incidents/Read"].map(
    (verb) => `Microsoft.Insights/AlertRules/${verb}`,
  ),
];

/** `<guid> <role name>`: what Azure has built in and an auditor of registries can meet. */
const roles: Readonly<Record<string, Role>> = {
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635 Owner": {
    description: "Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.",
    actions: ["*"],
  },
  "b24988ac-6180-42a0-ab88-20f7382dd24c Contributor": {
    description: "Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC.",
    actions: ["*"],
    notActions: noOwnership,
  },
  "acdd72a7-3385-48ef-bd42-f606fba81ae7 Reader": {
    description: "View all resources, but does not allow you to make any changes.",
    actions: ["*/read"],
  },
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9 User Access Administrator": {
    description: "Lets you manage user access to Azure resources.",
    actions: ["*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"],
  },
  "f58310d9-a9f6-439a-9e8d-f62e7b41a168 Role Based Access Control Administrator": {
    description: "Manage access to Azure resources by assigning roles using Azure RBAC.",
    actions: [
      "Microsoft.Authorization/roleAssignments/write",
      "Microsoft.Authorization/roleAssignments/delete",
      "*/read",
      "Microsoft.Support/*",
    ],
  },
  "7f951dda-4ed3-4680-a7ca-43fe172d538d AcrPull": { description: "acr pull", actions: acr("pull/read") },
  "8311e382-0749-4cb8-b61a-304f252e45ec AcrPush": { description: "acr push", actions: acr("pull/read", "push/write") },
  "c2f4ef07-c644-48eb-af81-4b1b4947fb11 AcrDelete": { description: "acr delete", actions: acr("artifacts/delete") },
  "6cef56e8-d556-48e5-a04f-b8e64114680f AcrImageSigner": {
    description: "acr image signer",
    actions: acr("sign/write"),
    dataActions: acr("trustedCollections/write"),
  },
  "cdda3590-29a3-44f6-95f2-9f980659eb04 AcrQuarantineReader": {
    description: "acr quarantine data reader",
    actions: acr("quarantine/read"),
    dataActions: acr("quarantinedArtifacts/read"),
  },
  "c8d4ff99-41c3-41a8-9f60-21dfdad59608 AcrQuarantineWriter": {
    description: "acr quarantine data writer",
    actions: acr("quarantine/read", "quarantine/write"),
    dataActions: acr("quarantinedArtifacts/read", "quarantinedArtifacts/write"),
  },
  "b93aa761-3e63-49ed-ac28-beffa264f7ac Container Registry Repository Reader": {
    description: "Reads repositories of a container registry, without listing the catalog.",
    dataActions: repositoryRead,
  },
  "2a1e307c-b015-4ebd-883e-5b7698a07328 Container Registry Repository Writer": {
    description: "Reads and writes repositories of a container registry, without listing the catalog.",
    dataActions: repositoryWrite,
  },
  "2efddaa5-3f1f-4df3-97df-af3f13818f4c Container Registry Repository Contributor": {
    description: "Reads, writes and deletes in repositories of a container registry, without listing the catalog.",
    dataActions: [...repositoryWrite, ...acr("repositories/metadata/delete", "repositories/content/delete")],
  },
  "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7 Container Registry Repository Catalog Lister": {
    description: "Lists all repositories of a container registry.",
    dataActions: acr("catalog/read"),
  },
  "577a9874-89fd-4f24-9dbd-b5034d0ad23a Container Registry Data Importer and Data Reader": {
    description: "Imports images into a registry and reads its repositories.",
    actions: acr("importImage/action", "read", "pull/read"),
    dataActions: [...acr("repositories/content/read", "repositories/metadata/read"), ...acr("catalog/read")],
  },
  "69b07be0-09bf-439a-b9a6-e73de851bd59 Container Registry Configuration Reader and Data Access Configuration Reader": {
    description: "Lists container registries, their configuration and their data access configuration.",
    actions: [
      ...acr("operationStatuses/read", "read"),
      ...acr("privateEndpointConnections/read", "privateEndpointConnections/operationStatuses/read"),
      ...acr("listCredentials/action", "tokens/read", "tokens/operationStatuses/read"),
      ...acr("scopeMaps/read", "scopeMaps/operationStatuses/read"),
      ...acr("webhooks/read", "webhooks/getCallbackConfig/action", "webhooks/listEvents/action"),
      ...acr("webhooks/operationStatuses/read", "replications/read", "replications/operationStatuses/read"),
      ...acr("connectedRegistries/read"),
      ...diagnostics,
    ],
  },
  "3bc748fc-213d-45c1-8d91-9da5725539b9 Container Registry Contributor and Data Access Configuration Administrator": {
    description: "Creates and configures container registries and who may reach their data.",
    actions: [
      "Microsoft.Resources/subscriptions/resourceGroups/read",
      ...acr("operationStatuses/read", "read", "write", "delete"),
      ...acr("listCredentials/action", "regenerateCredential/action", "generateCredentials/action"),
      ...manage("replications"),
      ...acr("privateEndpointConnectionsApproval/action"),
      ...manage("privateEndpointConnections"),
      ...manage("tokens"),
      ...manage("scopeMaps"),
      ...manage("webhooks"),
      ...acr("webhooks/getCallbackConfig/action", "webhooks/ping/action", "webhooks/listEvents/action"),
      ...manage("connectedRegistries"),
      ...acr("connectedRegistries/deactivate/action"),
      ...diagnostics,
      ...deployments,
      "Microsoft.Authorization/*/read",
    ],
  },
  "fb382eab-e894-4461-af04-94435c366c3f Container Registry Tasks Contributor": {
    description: "Configures, runs and cancels tasks of a container registry.",
    actions: [
      ...manage("agentpools"),
      ...acr("agentpools/listQueueStatus/action", "agentpools/operationResults/status/read"),
      ...acr("tasks/read", "tasks/write", "tasks/delete", "tasks/listDetails/action"),
      ...acr("scheduleRun/action", "listBuildSourceUploadUrl/action"),
      ...acr("runs/read", "runs/write", "runs/listLogSasUrl/action", "runs/cancel/action"),
      ...manage("taskruns"),
      ...acr("taskruns/listDetails/action", "read"),
      ...deployments,
    ],
  },
  "bf94e731-3a51-4a7c-8c54-a1ab9971dfc1 Container Registry Transfer Pipeline Contributor": {
    description: "Moves artifacts through transfer pipelines of a container registry.",
    actions: [
      ...acr("exportPipelines/read", "exportPipelines/write", "exportPipelines/delete"),
      ...acr("importPipelines/read", "importPipelines/write", "importPipelines/delete"),
      ...manage("pipelineRuns"),
    ],
  },
  "df87f177-bb12-4db1-9793-a413691eff94 Container Registry Cache Rule Administrator": {
    description: "Manages cache rules of a container registry, but not its credential sets.",
    actions: manage("cacheRules"),
  },
  "c357b964-0002-4b64-a50d-7a28f02edc52 Container Registry Cache Rule Reader": {
    description: "Reads cache rules of a container registry.",
    actions: acr("cacheRules/read"),
  },
  "f094fb07-0703-4400-ad6a-e16dd8000e14 Container Registry Credential Set Administrator": {
    description: "Manages credential sets of a container registry, but not its cache rules.",
    actions: manage("credentialSets"),
  },
  "29093635-9924-4f2c-913b-650a12949526 Container Registry Credential Set Reader": {
    description: "Reads credential sets of a container registry.",
    actions: acr("credentialSets/read"),
  },
  "f1a07417-d97a-45cb-824c-7a7467783830 Managed Identity Operator": {
    description: "Read and Assign User Assigned Identity",
    actions: [
      "Microsoft.ManagedIdentity/userAssignedIdentities/*/read",
      "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
      ...support,
    ],
  },
  "e40ec5ca-96e0-45a2-b4ff-59039f2c2b59 Managed Identity Contributor": {
    description: "Create, Read, Update, and Delete User Assigned Identity",
    actions: [
      "Microsoft.ManagedIdentity/userAssignedIdentities/read",
      "Microsoft.ManagedIdentity/userAssignedIdentities/write",
      "Microsoft.ManagedIdentity/userAssignedIdentities/delete",
      ...support,
    ],
  },
  "00482a5a-887f-4fb3-b363-3b7fe8e74483 Key Vault Administrator": {
    description: "Perform all data plane operations on a key vault and all objects in it.",
    actions: [...support, "Microsoft.KeyVault/locations/*/read", "Microsoft.KeyVault/vaults/*/read"],
    dataActions: ["Microsoft.KeyVault/vaults/*"],
  },
  "f25e0fa2-a7c8-4377-a976-54943a77a395 Key Vault Contributor": {
    description: "Lets you manage key vaults, but not access to them.",
    actions: [...support, "Microsoft.KeyVault/*"],
    notActions: ["Microsoft.KeyVault/locations/deletedVaults/purge/action", "Microsoft.KeyVault/hsmPools/*"],
  },
  "21090545-7ca7-4776-b22c-e363652d74d2 Key Vault Reader": {
    description: "Read metadata of key vaults and its certificates, keys, and secrets.",
    actions: [...support, "Microsoft.KeyVault/locations/*/read", "Microsoft.KeyVault/vaults/*/read"],
    dataActions: ["Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/vaults/secrets/readMetadata/action"],
  },
  "4633458b-17de-408a-b874-0445c86b69e6 Key Vault Secrets User": {
    description: "Read secret contents.",
    dataActions: [
      "Microsoft.KeyVault/vaults/secrets/getSecret/action",
      "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
    ],
  },
  "b86a8fe4-44ce-4948-aee5-eccb2c155cd7 Key Vault Secrets Officer": {
    description: "Perform any action on the secrets of a key vault, except manage permissions.",
    actions: [...support, "Microsoft.KeyVault/locations/*/read", "Microsoft.KeyVault/vaults/*/read"],
    dataActions: ["Microsoft.KeyVault/vaults/secrets/*"],
  },
  "ed7f3fbd-7b88-4dd4-9017-9adb7ce333f8 Azure Kubernetes Service Contributor Role": {
    description: "Grants access to read and write Azure Kubernetes Service clusters",
    actions: [
      "Microsoft.ContainerService/managedClusters/read",
      "Microsoft.ContainerService/managedClusters/write",
      "Microsoft.Resources/deployments/*",
    ],
  },
  "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8 Azure Kubernetes Service Cluster Admin Role": {
    description: "List cluster admin credential action.",
    actions: [
      "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action",
      "Microsoft.ContainerService/managedClusters/accessProfiles/listCredential/action",
      "Microsoft.ContainerService/managedClusters/read",
      "Microsoft.ContainerService/managedClusters/runcommand/action",
    ],
  },
  "4abbcc35-e782-43d8-92c5-2d3f1bd2253f Azure Kubernetes Service Cluster User Role": {
    description: "List cluster user credential action.",
    actions: [
      "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action",
      "Microsoft.ContainerService/managedClusters/read",
    ],
  },
  "3498e952-d568-435e-9b2c-8d77e338d7f7 Azure Kubernetes Service RBAC Admin": {
    description: "Lets you manage all resources under cluster/namespace, except update or delete resource quotas.",
    actions: [...clusterRead, "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action"],
    dataActions: ["Microsoft.ContainerService/managedClusters/*"],
    notDataActions: [
      "Microsoft.ContainerService/managedClusters/resourcequotas/write",
      "Microsoft.ContainerService/managedClusters/resourcequotas/delete",
      "Microsoft.ContainerService/managedClusters/namespaces/write",
      "Microsoft.ContainerService/managedClusters/namespaces/delete",
    ],
  },
  "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b Azure Kubernetes Service RBAC Cluster Admin": {
    description: "Lets you manage all resources in the cluster.",
    actions: [...clusterRead, "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action"],
    dataActions: ["Microsoft.ContainerService/managedClusters/*"],
  },
  "7f6c6a51-bcf8-42ba-9220-52d62157d7db Azure Kubernetes Service RBAC Reader": {
    description: "Allows read-only access to see most objects in a namespace.",
    actions: clusterRead,
    dataActions: [
      "Microsoft.ContainerService/managedClusters/apps/deployments/read",
      "Microsoft.ContainerService/managedClusters/pods/read",
      "Microsoft.ContainerService/managedClusters/services/read",
    ],
  },
  "a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb Azure Kubernetes Service RBAC Writer": {
    description: "Allows read/write access to most objects in a namespace.",
    actions: clusterRead,
    dataActions: [
      "Microsoft.ContainerService/managedClusters/apps/deployments/*",
      "Microsoft.ContainerService/managedClusters/pods/*",
      "Microsoft.ContainerService/managedClusters/services/*",
    ],
  },
  "4d97b98b-1d4f-4787-a291-c67834d212e7 Network Contributor": {
    description: "Lets you manage networks, but not access to them.",
    actions: [...support, "Microsoft.Insights/alertRules/*", "Microsoft.Network/*"],
  },
  "9980e02c-c2be-4d73-94e8-173b1dc7cf3c Virtual Machine Contributor": {
    description: "Lets you manage virtual machines, but not access to them.",
    actions: [...support, "Microsoft.Compute/virtualMachines/*", "Microsoft.Compute/virtualMachineScaleSets/*"],
  },
  "de139f84-1756-47ae-9be6-808fbbe84772 Website Contributor": {
    description: "Lets you manage websites (not web plans), but not access to them.",
    actions: [...support, "Microsoft.Insights/alertRules/*", "Microsoft.Web/sites/*", "Microsoft.Web/certificates/*"],
  },
  "43d0d8ad-25c7-4714-9337-8ba259a9fe05 Monitoring Reader": {
    description: "Can read all monitoring data.",
    actions: ["*/read", "Microsoft.OperationalInsights/workspaces/search/action", "Microsoft.Support/*"],
  },
  "749f88d5-cbae-40b8-bcfc-e573ddc772fa Monitoring Contributor": {
    description: "Can read all monitoring data and update monitoring settings.",
    actions: [
      "*/read",
      "Microsoft.Insights/actiongroups/*",
      "Microsoft.Insights/DiagnosticSettings/*",
      "Microsoft.Insights/metricalerts/*",
      "Microsoft.Insights/scheduledqueryrules/*",
      "Microsoft.OperationalInsights/workspaces/search/action",
      "Microsoft.Support/*",
    ],
  },
  "3913510d-42f4-4e42-8a64-420c390055eb Monitoring Metrics Publisher": {
    description: "Enables publishing metrics against Azure resources",
    actions: ["Microsoft.Insights/Register/Action", "Microsoft.Support/*", ...deployments],
    dataActions: ["Microsoft.Insights/Metrics/Write", "Microsoft.Insights/Telemetry/Write"],
  },
  "73c42c96-874c-492b-b04d-ab87d138a893 Log Analytics Reader": {
    description: "Can view and search all monitoring data as well as view monitoring settings.",
    actions: [
      "*/read",
      "Microsoft.OperationalInsights/workspaces/analytics/query/action",
      "Microsoft.OperationalInsights/workspaces/search/action",
      "Microsoft.Support/*",
    ],
    notActions: ["Microsoft.OperationalInsights/workspaces/sharedKeys/read"],
  },
  "92aaf0da-9dab-42b6-94a3-d43ce8d16293 Log Analytics Contributor": {
    description: "Can read all monitoring data and edit monitoring settings.",
    actions: [
      "*/read",
      "Microsoft.Insights/alertRules/*",
      "Microsoft.Insights/diagnosticSettings/*",
      "Microsoft.OperationalInsights/*",
      "Microsoft.OperationsManagement/*",
      ...deployments,
      "Microsoft.Storage/storageAccounts/listKeys/action",
      "Microsoft.Support/*",
    ],
  },
  "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1 Storage Blob Data Reader": {
    description: "Allows for read access to Azure Storage blob containers and data",
    actions: [storage("blobServices/containers/read"), storage("blobServices/generateUserDelegationKey/action")],
    dataActions: [storage("blobServices/containers/blobs/read")],
  },
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe Storage Blob Data Contributor": {
    description: "Allows for read, write and delete access to Azure Storage blob containers and data",
    actions: [
      ...["delete", "read", "write"].map((verb) => storage(`blobServices/containers/${verb}`)),
      storage("blobServices/generateUserDelegationKey/action"),
    ],
    dataActions: ["delete", "read", "write", "move/action", "add/action"].map((verb) =>
      storage(`blobServices/containers/blobs/${verb}`),
    ),
  },
  "b7e6dc6d-f1e8-4753-8033-0f276bb0955b Storage Blob Data Owner": {
    description: "Allows for full access to Azure Storage blob containers and data.",
    actions: [storage("blobServices/containers/*"), storage("blobServices/generateUserDelegationKey/action")],
    dataActions: [storage("blobServices/containers/blobs/*")],
  },
  "974c5e8b-45b9-4653-ba55-5f855dd0fb88 Storage Queue Data Contributor": {
    description: "Allows for read, write, and delete access to Azure Storage queues and queue messages",
    actions: ["delete", "read", "write"].map((verb) => storage(`queueServices/queues/${verb}`)),
    dataActions: ["delete", "read", "write", "process/action"].map((verb) =>
      storage(`queueServices/queues/messages/${verb}`),
    ),
  },
  "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3 Storage Table Data Contributor": {
    description: "Allows for read, write and delete access to Azure Storage tables and entities",
    actions: ["delete", "read", "write"].map((verb) => storage(`tableServices/tables/${verb}`)),
    dataActions: ["read", "write", "delete", "add/action", "update/action"].map((verb) =>
      storage(`tableServices/tables/entities/${verb}`),
    ),
  },
  "17d1049b-9a84-46fb-8f53-869881c3d3ab Storage Account Contributor": {
    description: "Lets you manage storage accounts, including their keys.",
    actions: [...support, "Microsoft.Insights/diagnosticSettings/*", storage("*")],
  },
  "39bc4728-0917-49c7-9d2c-d95423bc2eb4 Security Reader": {
    description: "Security Reader Role",
    actions: [
      ...support,
      "Microsoft.Security/*/read",
      "Microsoft.operationalInsights/workspaces/*/read",
      "Microsoft.Management/managementGroups/read",
    ],
  },
  "fb1c8493-542b-48eb-b624-b4c8fea62acd Security Admin": {
    description: "Security Admin Role",
    actions: [...support, "Microsoft.Security/*", "Microsoft.Management/managementGroups/read"],
  },
  "ac63b705-f282-497d-ac71-919bf39d939d Management Group Reader": {
    description: "Management Group Reader Role",
    actions: ["Microsoft.Management/managementGroups/read", "Microsoft.Management/managementGroups/subscriptions/read"],
  },
  "4a9ae827-6dc8-4573-8ac7-8239d42aa03f Tag Contributor": {
    description: "Lets you manage tags on entities, without providing access to the entities themselves.",
    actions: [...support, "Microsoft.Insights/alertRules/*", "Microsoft.Resources/tags/*"],
  },
  "d5a91429-5739-47e2-a06b-3470a27159e7 EventGrid Data Sender": {
    description: "Allows send access to event grid events.",
    actions: [
      "Microsoft.Authorization/*/read",
      "Microsoft.EventGrid/topics/read",
      "Microsoft.EventGrid/domains/read",
      "Microsoft.EventGrid/namespaces/read",
      "Microsoft.Resources/subscriptions/resourceGroups/read",
    ],
    dataActions: ["Microsoft.EventGrid/events/send/action"],
  },
};

/** Bodies as Azure serves them at tenant scope. Every world has these; its own definitions with the same name win. */
export const builtInRoles: readonly Body[] = Object.entries(roles).map(([key, role]) => {
  const name = key.slice(0, 36);
  return {
    properties: {
      roleName: key.slice(37),
      type: "BuiltInRole",
      description: role.description,
      assignableScopes: ["/"],
      permissions: [
        {
          actions: role.actions ?? [],
          notActions: role.notActions ?? [],
          dataActions: role.dataActions ?? [],
          notDataActions: role.notDataActions ?? [],
        },
      ],
      createdOn: "2018-10-22T19:01:56.8227182Z",
      updatedOn: "2021-11-11T20:13:08.8779328Z",
      createdBy: null,
      updatedBy: null,
    },
    id: `/providers/Microsoft.Authorization/roleDefinitions/${name}`,
    type: "Microsoft.Authorization/roleDefinitions",
    name,
  };
});
