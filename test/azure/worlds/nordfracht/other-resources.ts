import { eventGridTopicBody } from "../event-grid-topic.ts";
import { guid } from "../guid.ts";
import { identityOf } from "../identity-of.ts";
import { ids } from "../ids.ts";
import { replicationBody } from "../replication.ts";
import { resourceBody } from "../resource.ts";
import { userAssignedIdentityBody } from "../user-assigned-identity.ts";
import { networks } from "./networks.ts";

const platformProd = ids.subscriptions.platformProd;
const appsProd = ids.subscriptions.appsProd;
const appsDev = ids.subscriptions.appsDev;
const { tenantId } = ids;

/** What else Nordfracht runs, so that a query without a filter on the type would be seen. */
export const otherResources = [
  ...[ids.registries.platform, ids.registries.tracking].map((registryId) =>
    replicationBody({ registryId, location: "northeurope" }),
  ),
  ...[...new Set([...Object.values(ids.identities), ...Object.values(ids.kubelets)])].map((id) =>
    userAssignedIdentityBody({ id, tenantId }),
  ),
  ...networks,
  resourceBody({
    subscriptionId: platformProd,
    resourceGroup: "rg-observability",
    type: "Microsoft.OperationalInsights/workspaces",
    name: "log-nordfracht-prod",
    properties: {
      customerId: ids.workspace.customerId,
      sku: { name: "PerGB2018", lastSkuUpdate: "2023-05-08T12:00:03.1180428Z" },
      retentionInDays: 90,
      features: { enableLogAccessUsingOnlyResourcePermissions: true, disableLocalAuth: true },
      workspaceCapping: { dailyQuotaGb: -1, dataIngestionStatus: "RespectQuota" },
      publicNetworkAccessForIngestion: "Enabled",
      publicNetworkAccessForQuery: "Enabled",
      createdDate: "2023-05-08T12:00:03.1180428Z",
    },
  }),
  // Where the auditor itself publishes to.
  eventGridTopicBody({ subscriptionId: platformProd, resourceGroup: "rg-observability", name: ids.eventTopic.name }),
  ...Object.entries(ids.kubelets).flatMap(([name, kubelet]) => nodes(name, kubelet)),
  virtualMachine(platformProd, "rg-build", "vm-build-01"),
  virtualMachine(platformProd, "rg-build", "vm-build-02"),
  virtualMachine(appsDev, "rg-portal", "vm-jumphost"),
  storageAccount(platformProd, "rg-backup", "stnfbackup"),
  storageAccount(appsProd, "rg-tracking", "stnftracking"),
  keyVault(appsProd, "rg-dispatch", "kv-nf-dispatch"),
  keyVault(appsProd, "rg-telematics", "kv-nf-telematics"),
  keyVault(appsDev, "rg-portal", "kv-nf-portal-dev"),
];

/** The scale sets of a cluster's nodes, which carry the kubelet identity. */
function nodes(name: string, kubeletId: string) {
  const { principalId, clientId } = identityOf(kubeletId);
  return ["system", "work"].map((pool) =>
    resourceBody({
      subscriptionId: name === "portal" ? appsDev : appsProd,
      resourceGroup: `MC_rg-${name}_aks-${name}_westeurope`,
      type: "Microsoft.Compute/virtualMachineScaleSets",
      name: `aks-${pool}-${guid(`nodes of ${name}`).slice(0, 8)}-vmss`,
      sku: { name: "Standard_D4ds_v5", tier: "Standard", capacity: 3 },
      identity: { type: "UserAssigned", userAssignedIdentities: { [kubeletId]: { principalId, clientId } } },
      tags: { "aks-managed-poolName": pool },
      properties: { singlePlacementGroup: false, orchestrationMode: "Uniform", overprovision: false },
    }),
  );
}

function virtualMachine(subscriptionId: string, resourceGroup: string, name: string) {
  return resourceBody({
    subscriptionId,
    resourceGroup,
    type: "Microsoft.Compute/virtualMachines",
    name,
    properties: {
      vmId: guid(`virtual machine ${name}`),
      hardwareProfile: { vmSize: "Standard_D8s_v5" },
      storageProfile: {
        imageReference: { publisher: "Canonical", offer: "ubuntu-24_04-lts", sku: "server", version: "latest" },
        osDisk: { osType: "Linux", name: `${name}-os`, createOption: "FromImage", caching: "ReadWrite" },
      },
    },
  });
}

function storageAccount(subscriptionId: string, resourceGroup: string, name: string) {
  return resourceBody({
    subscriptionId,
    resourceGroup,
    type: "Microsoft.Storage/storageAccounts",
    name,
    kind: "StorageV2",
    sku: { name: "Standard_ZRS", tier: "Standard" },
    properties: { allowSharedKeyAccess: false, minimumTlsVersion: "TLS1_2", supportsHttpsTrafficOnly: true },
  });
}

function keyVault(subscriptionId: string, resourceGroup: string, name: string) {
  return resourceBody({
    subscriptionId,
    resourceGroup,
    type: "Microsoft.KeyVault/vaults",
    name,
    properties: {
      sku: { family: "A", name: "standard" },
      tenantId,
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      vaultUri: `https://${name}.vault.azure.net/`,
    },
  });
}
