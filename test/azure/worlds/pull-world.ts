import { World } from "../world.ts";
import { applicationBody } from "./application.ts";
import { builtInRole } from "./built-in-role.ts";
import { type ContainerAppOptions, containerAppBody, containerEnvironmentBody } from "./container-app.ts";
import { guid } from "./guid.ts";
import { identityOf } from "./identity-of.ts";
import { type ManagedClusterOptions, managedClusterBody, outboundIpName } from "./managed-cluster.ts";
import { managementGroupBody } from "./management-group.ts";
import { passwordCredential } from "./password-credential.ts";
import { publicAddressBody } from "./public-address.ts";
import { type RegistryOptions, registryBody } from "./registry.ts";
import { roleAssignmentBody } from "./role-assignment.ts";
import { scaleSetBody } from "./scale-set.ts";
import { servicePrincipalBody } from "./service-principal.ts";
import { subscriptionBody } from "./subscription.ts";
import { virtualNetworkBody } from "./virtual-network.ts";

const tenantId = guid("tenant that pulls");
const subscriptionId = guid("subscription that pulls");
const foreignSubscriptionId = guid("subscription of another tenant that pulls");

/** Names of the small tenant in which one workload at a time cannot pull. */
export const pullIds = {
  tenantId,
  foreignTenantId: guid("another tenant that pulls"),
  subscriptionId,
  foreignSubscriptionId,
  registry: registryId("contosoprod"),
  devRegistry: registryId("contosodev"),
  appIdentity: `/subscriptions/${subscriptionId}/resourceGroups/rg-apps/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-orders`,
  network: `/subscriptions/${subscriptionId}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-aks`,
  clusterApplication: guid("application of the cluster that pulls"),
} as const;

function registryId(name: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/acr-rg/providers/Microsoft.ContainerRegistry/registries/${name}`;
}

/** A registry of the small tenant, without an opinion on the findings that other rules have. */
export function pullRegistry(name: string, changes: Partial<RegistryOptions> = {}) {
  return registryBody({ subscriptionId, resourceGroup: "acr-rg", name, sku: "Standard", ...changes });
}

/** The cluster with the public address and the network that it stands in, and with its nodes. */
export function pullCluster(changes: Partial<ManagedClusterOptions> = {}) {
  const body = managedClusterBody({
    ...{ subscriptionId, resourceGroup: "aks-rg", name: "my-aks-cluster", tenantId },
    subnetId: `${pullIds.network}/subnets/nodes`,
    ...changes,
  });
  const { identityProfile } = body.properties as { identityProfile?: { kubeletidentity: { resourceId: string } } };
  const kubeletId = identityProfile?.kubeletidentity.resourceId;
  const network = virtualNetworkBody({
    ...{ subscriptionId, resourceGroup: "rg-network", name: "vnet-aks", addressPrefix: "10.1.0.0/16" },
    subnets: { nodes: "10.1.0.0/20", endpoints: "10.1.16.0/24" },
  });
  const address = publicAddressBody({
    subscriptionId: body.id.split("/")[2] ?? "",
    resourceGroup: body.properties.nodeResourceGroup,
    name: outboundIpName(body.id),
    address: "203.0.113.40",
  });
  const pools = ["system", "work"].map((pool) =>
    scaleSetBody({ cluster: body, pool, identityIds: kubeletId === undefined ? [] : [kubeletId] }),
  );
  return { body, resources: [body, network, address, ...pools], kubeletId: kubeletId ?? "" };
}

/** A container app that pulls from `contosoprod` with its identity, unless said otherwise. */
export function pullApp(changes: Partial<ContainerAppOptions> = {}) {
  const place = { subscriptionId, resourceGroup: "rg-apps" };
  return [
    containerEnvironmentBody({ ...place, name: "env" }),
    containerAppBody({
      ...{ ...place, name: "orders" },
      images: ["contosoprod.azurecr.io/shop/orders:2.1"],
      registries: [{ server: "contosoprod.azurecr.io", identity: pullIds.appIdentity }],
      userAssigned: [pullIds.appIdentity],
      ...changes,
    }),
  ];
}

/** AcrPull for an identity on a registry. */
export function pullGrant(resourceId: string, scope: string = pullIds.registry) {
  const { principalId } = identityOf(resourceId);
  return roleAssignmentBody({ scope, role: builtInRole.acrPull, principalId });
}

/** A cluster's service principal whose only secret ends at a time. */
export function clusterPrincipal(endDateTime: string) {
  const secret = passwordCredential({ displayName: "aks", startDateTime: "2025-01-10T08:00:00Z", endDateTime });
  const shared = { displayName: "sp-my-aks-cluster", appId: pullIds.clusterApplication };
  const principal = servicePrincipalBody({ ...shared, appOwnerOrganizationId: tenantId });
  const application = applicationBody({ ...shared, passwordCredentials: [secret] });
  const grant = roleAssignmentBody({ scope: pullIds.registry, role: builtInRole.acrPull, principalId: principal.id });
  return { principal, application, grant };
}

export function pullWorld(
  changes: Partial<Omit<World, "subscriptions">> & { readonly subscriptions?: ReturnType<typeof subscriptionBody>[] },
): World {
  const subscriptions = [
    subscriptionBody({ subscriptionId, tenantId, displayName: "shop" }),
    ...(changes.subscriptions ?? []),
  ];
  return World.parse({
    tenantId,
    managementGroups: [
      managementGroupBody({
        name: tenantId,
        displayName: "Tenant Root Group",
        tenantId,
        subscriptions: [...subscriptions],
      }),
    ],
    ...changes,
    subscriptions,
  });
}

/** A subscription of another tenant, which Azure Lighthouse shows to this one. */
export const foreignSubscription = subscriptionBody({
  subscriptionId: foreignSubscriptionId,
  tenantId: pullIds.foreignTenantId,
  displayName: "partner",
});
