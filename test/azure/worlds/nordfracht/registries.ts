import { identityOf } from "../identity-of.ts";
import { ids } from "../ids.ts";
import { privateEndpointConnectionBody } from "../private-endpoint-connection.ts";
import { registryBody } from "../registry.ts";

const resourceGroup = "rg-registries";
const platformProd = { subscriptionId: ids.subscriptions.platformProd, resourceGroup };
const appsProd = { subscriptionId: ids.subscriptions.appsProd, resourceGroup };
const appsDev = { subscriptionId: ids.subscriptions.appsDev, resourceGroup };
const production = { env: "prod", owner: "platform" };

const platformEndpointId = `/subscriptions/${platformProd.subscriptionId}/resourceGroups/rg-network/providers/Microsoft.Network/privateEndpoints/pe-nfplatform`;

const warehouseEndpointId = `/subscriptions/${appsProd.subscriptionId}/resourceGroups/rg-network/providers/Microsoft.Network/privateEndpoints/pe-nfwarehouse`;

/** The 14 registries of Nordfracht: every SKU, both role-assignment modes. */
export const registries = [
  // Private: reached through a private endpoint alone; geo-replicated, zone-redundant, no export.
  registryBody({
    ...platformProd,
    name: "nfplatform",
    sku: "Premium",
    publicNetworkAccess: "Disabled",
    defaultAction: "Deny",
    exportPolicy: "disabled",
    armTokens: "disabled",
    zoneRedundancy: "Enabled",
    dataEndpointEnabled: true,
    replicas: ["northeurope"],
    privateEndpointConnections: [
      privateEndpointConnectionBody({ registryId: ids.registries.platform, privateEndpointId: platformEndpointId }),
    ],
    tags: { ...production, costCenter: "4100" },
  }),
  // ABAC mode behind a firewall: only two offices may reach it.
  registryBody({
    ...platformProd,
    name: "nfbase",
    sku: "Premium",
    roleAssignmentMode: "AbacRepositoryPermissions",
    defaultAction: "Deny",
    allowedIps: ["198.51.100.0/26", "203.0.113.17"],
    tags: { ...production, costCenter: "4100" },
    createdAt: "2024-10-02T11:25:40.1904317",
  }),
  // Admin user enabled, years ago, for a build server.
  registryBody({
    ...platformProd,
    name: "nftools",
    adminUserEnabled: true,
    tags: production,
    createdAt: "2020-11-17T15:02:58.6610249",
    createdBy: "m.brandt@nordfracht.example",
  }),
  // Anonymous pull: a mirror of public images.
  registryBody({ ...platformProd, name: "nfmirror", anonymousPullEnabled: true, tags: production }),
  registryBody({
    ...platformProd,
    name: "nfarchive",
    sku: "Basic",
    location: "northeurope",
    createdAt: "2019-02-08T09:47:13.8052961",
  }),

  registryBody({ ...appsProd, name: "nftracking", sku: "Premium", replicas: ["northeurope"], tags: production }),
  registryBody({ ...appsProd, name: "nfdispatch", tags: production }),
  // ABAC mode, although its cluster was attached with AcrPull.
  registryBody({
    ...appsProd,
    name: "nfcustoms",
    sku: "Premium",
    roleAssignmentMode: "AbacRepositoryPermissions",
    tags: { ...production, dataClass: "confidential" },
    createdAt: "2025-01-21T07:58:02.3329174",
  }),
  // Admin user enabled in production; `changedWorld` turns it off.
  registryBody({
    ...appsProd,
    name: "nfbilling",
    adminUserEnabled: true,
    tags: { ...production, owner: "billing" },
    createdBy: "j.moreau@nordfracht.example",
  }),
  // Private, for the network of the applications; the warehouse cluster is in another one.
  registryBody({
    ...appsProd,
    name: "nfwarehouse",
    sku: "Premium",
    publicNetworkAccess: "Disabled",
    defaultAction: "Deny",
    exportPolicy: "disabled",
    dataEndpointEnabled: true,
    privateEndpointConnections: [
      privateEndpointConnectionBody({ registryId: ids.registries.warehouse, privateEndpointId: warehouseEndpointId }),
    ],
    tags: production,
  }),
  // ABAC mode with a customer-managed key.
  registryBody({
    ...appsProd,
    name: "nftelematics",
    sku: "Premium",
    roleAssignmentMode: "AbacRepositoryPermissions",
    identity: {
      principalId: identityOf(ids.registries.telematics).principalId,
      tenantId: ids.tenantId,
      type: "systemAssigned",
    },
    encryption: {
      status: "enabled",
      keyVaultProperties: {
        keyIdentifier: "https://kv-nf-telematics.vault.azure.net/keys/registry",
        versionedKeyIdentifier:
          "https://kv-nf-telematics.vault.azure.net/keys/registry/5f0c7a5be1f64c3cb2f8d6f6a8f0b7d1",
        identity: "system",
        keyRotationEnabled: true,
        lastKeyRotationTimestamp: "2025-01-30T04:00:11.5528096Z",
      },
    },
    tags: production,
    createdAt: "2024-12-11T13:36:29.4470158",
  }),

  // Admin user enabled in development.
  registryBody({ ...appsDev, name: "nfdev", sku: "Basic", adminUserEnabled: true, tags: { env: "dev" } }),
  registryBody({
    ...appsDev,
    name: "nfsandbox",
    sku: "Basic",
    roleAssignmentMode: "AbacRepositoryPermissions",
    tags: { env: "dev" },
    createdAt: "2025-02-03T10:12:44.0817235",
    createdBy: "s.lindqvist@nordfracht.example",
  }),
  registryBody({
    ...appsDev,
    name: "nfexperiments",
    location: "northeurope",
    roleAssignmentMode: "AbacRepositoryPermissions",
    tags: { env: "dev" },
    createdAt: "2025-02-05T16:40:09.7213504",
  }),
];
