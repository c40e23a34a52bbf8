import type { Body } from "../world.ts";
import { guid } from "./guid.ts";
import { identityOf } from "./identity-of.ts";

/**
 * An AKS cluster. Its ids mix cases (`resourcegroups`, type `ManagedClusters`) as the service itself does.
 *
 * Without further options AKS made both identities: a system-assigned one for the control plane and
 * `<name>-agentpool` in the node resource group for the kubelets.
 */
export function managedClusterBody({
  subscriptionId,
  resourceGroup,
  name,
  tenantId,
  location = "westeurope",
  kubeletIdentityId,
  controlPlaneIdentityId,
  servicePrincipalClientId,
  artifactRegistryId,
  subnetId,
  kubernetesVersion = "1.33",
  nodes = 3,
  vmSize = "Standard_D4ds_v5",
  tier = "Standard",
  tags,
  properties = {},
}: ManagedClusterOptions) {
  const id = `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${name}`;
  const nodeResourceGroup = `MC_${resourceGroup}_${name}_${location}`;
  const kubelet = identityOf(
    kubeletIdentityId ??
      `/subscriptions/${subscriptionId}/resourcegroups/${nodeResourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}-agentpool`,
  );
  const usesServicePrincipal = servicePrincipalClientId !== undefined;
  const dnsPrefix = `${name}-dns`;
  const host = `${dnsPrefix}-${guid(`dns of ${id}`).slice(0, 8)}`;
  const version = `${kubernetesVersion}.4`;
  return {
    id,
    location,
    name,
    type: "Microsoft.ContainerService/ManagedClusters",
    ...(tags === undefined ? {} : { tags }),
    properties: {
      provisioningState: "Succeeded",
      powerState: { code: "Running" },
      kubernetesVersion,
      currentKubernetesVersion: version,
      dnsPrefix,
      fqdn: `${host}.hcp.${location}.azmk8s.io`,
      azurePortalFQDN: `${host}.portal.hcp.${location}.azmk8s.io`,
      agentPoolProfiles: [
        pool({ name: "system", mode: "System", count: 3, vmSize, kubernetesVersion, version }),
        pool({ name: "work", mode: "User", count: nodes, vmSize, kubernetesVersion, version }),
      ].map((each) => (subnetId === undefined ? each : { ...each, vnetSubnetID: subnetId })),
      linuxProfile: {
        adminUsername: "azureuser",
        ssh: {
          publicKeys: [{ keyData: `ssh-ed25519 AAAAC3Nza${guid(`ssh key of ${id}`).replaceAll("-", "")} aks\n` }],
        },
      },
      servicePrincipalProfile: { clientId: servicePrincipalClientId ?? "msi" },
      nodeResourceGroup,
      enableRBAC: true,
      supportPlan: "KubernetesOfficial",
      networkProfile: {
        networkPlugin: "azure",
        networkPluginMode: "overlay",
        networkPolicy: "cilium",
        networkDataplane: "cilium",
        loadBalancerSku: "Standard",
        loadBalancerProfile: {
          managedOutboundIPs: { count: 1 },
          effectiveOutboundIPs: [
            {
              id: `/subscriptions/${subscriptionId}/resourceGroups/${nodeResourceGroup}/providers/Microsoft.Network/publicIPAddresses/${outboundIpName(id)}`,
            },
          ],
          backendPoolType: "nodeIPConfiguration",
        },
        podCidr: "10.244.0.0/16",
        serviceCidr: "10.0.0.0/16",
        dnsServiceIP: "10.0.0.10",
        outboundType: "loadBalancer",
        podCidrs: ["10.244.0.0/16"],
        serviceCidrs: ["10.0.0.0/16"],
        ipFamilies: ["IPv4"],
      },
      aadProfile: {
        managed: true,
        adminGroupObjectIDs: null,
        adminUsers: null,
        enableAzureRBAC: true,
        tenantID: tenantId,
      },
      maxAgentPools: 100,
      ...(usesServicePrincipal
        ? {}
        : {
            identityProfile: {
              kubeletidentity: {
                resourceId: kubelet.resourceId,
                clientId: kubelet.clientId,
                objectId: kubelet.principalId,
              },
            },
          }),
      autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" },
      disableLocalAccounts: true,
      securityProfile: {},
      storageProfile: {
        diskCSIDriver: { enabled: true },
        fileCSIDriver: { enabled: true },
        snapshotController: { enabled: true },
      },
      oidcIssuerProfile: { enabled: false },
      workloadAutoScalerProfile: {},
      resourceUID: guid(`uid of ${id}`).replaceAll("-", "").slice(0, 24),
      bootstrapProfile:
        artifactRegistryId === undefined
          ? { artifactSource: "Direct" }
          : { artifactSource: "Cache", containerRegistryId: artifactRegistryId },
      ...properties,
    },
    ...(usesServicePrincipal ? {} : { identity: controlPlane(id, tenantId, controlPlaneIdentityId) }),
    sku: { name: "Base", tier },
  };
}

/** Name of the public IP that AKS made for a cluster's load balancer. */
export function outboundIpName(clusterId: string): string {
  return guid(`outbound ip of ${clusterId}`);
}

export interface ManagedClusterOptions {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly tenantId: string;
  readonly location?: string;
  /** A pre-created user-assigned identity that the nodes pull with. */
  readonly kubeletIdentityId?: string;
  /** A user-assigned identity of the control plane, instead of a system-assigned one. */
  readonly controlPlaneIdentityId?: string;
  /** The application id of a service principal cluster, which has no managed identity at all. */
  readonly servicePrincipalClientId?: string;
  /** The registry that a network-isolated cluster takes its system images from. */
  readonly artifactRegistryId?: string;
  /** The customer's subnet that all nodes are in; without it AKS makes a network in the node resource group. */
  readonly subnetId?: string;
  readonly kubernetesVersion?: string;
  readonly nodes?: number;
  readonly vmSize?: string;
  readonly tier?: "Free" | "Standard" | "Premium";
  readonly tags?: Readonly<Record<string, string>>;
  /** Laid over the properties last. */
  readonly properties?: Body;
}

function controlPlane(clusterId: string, tenantId: string, userAssignedId: string | undefined) {
  if (userAssignedId === undefined) {
    return { type: "SystemAssigned", principalId: identityOf(clusterId).principalId, tenantId };
  }
  const { clientId, principalId } = identityOf(userAssignedId);
  return { type: "UserAssigned", userAssignedIdentities: { [userAssignedId]: { clientId, principalId } } };
}

function pool({ name, mode, count, vmSize, kubernetesVersion, version }: Readonly<Record<PoolKey, string | number>>) {
  return {
    name,
    count,
    vmSize,
    osDiskSizeGB: 150,
    osDiskType: "Ephemeral",
    kubeletDiskType: "OS",
    maxPods: 110,
    type: "VirtualMachineScaleSets",
    enableAutoScaling: false,
    provisioningState: "Succeeded",
    powerState: { code: "Running" },
    orchestratorVersion: kubernetesVersion,
    currentOrchestratorVersion: version,
    enableNodePublicIP: false,
    mode,
    enableEncryptionAtHost: true,
    enableUltraSSD: false,
    osType: "Linux",
    osSKU: "AzureLinux",
    nodeImageVersion: "AKSAzureLinux-V3gen2-202509.12.0",
    upgradeSettings: { maxSurge: "33%" },
    enableFIPS: false,
  };
}

type PoolKey = "name" | "mode" | "count" | "vmSize" | "kubernetesVersion" | "version";
