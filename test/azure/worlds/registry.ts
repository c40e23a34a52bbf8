import type { Body } from "../world.ts";

/** A registry as `GET …/registries/{name}?api-version=2025-11-01` answers it. */
export function registryBody({
  subscriptionId,
  resourceGroup,
  name,
  sku = "Standard",
  location = "westeurope",
  roleAssignmentMode = "LegacyRegistryPermissions",
  adminUserEnabled = false,
  anonymousPullEnabled = false,
  publicNetworkAccess = "Enabled",
  defaultAction = "Allow",
  allowedIps = [],
  privateEndpointConnections = [],
  dataEndpointEnabled = false,
  replicas = [],
  zoneRedundancy = "Disabled",
  exportPolicy = "enabled",
  armTokens = "enabled",
  encryption = { status: "disabled" },
  identity,
  tags = {},
  createdAt = "2023-06-19T08:41:07.2280415",
  createdBy = "platform@nordfracht.example",
  properties = {},
}: RegistryOptions) {
  const loginServer = `${name.toLowerCase()}.azurecr.io`;
  const touched = `${createdAt}+00:00`;
  return {
    sku: { name: sku, tier: sku },
    type: "Microsoft.ContainerRegistry/registries",
    ...(identity === undefined ? {} : { identity }),
    id: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerRegistry/registries/${name}`,
    name,
    location,
    tags,
    systemData: {
      createdBy,
      createdByType: "User",
      createdAt: touched,
      lastModifiedBy: createdBy,
      lastModifiedByType: "User",
      lastModifiedAt: touched,
    },
    properties: {
      loginServer,
      creationDate: `${createdAt}Z`,
      provisioningState: "Succeeded",
      adminUserEnabled,
      // Only Premium has network rules; the other SKUs leave the key out.
      ...(sku === "Premium"
        ? { networkRuleSet: { defaultAction, ipRules: allowedIps.map((value) => ({ action: "Allow", value })) } }
        : {}),
      policies: {
        quarantinePolicy: { status: "disabled" },
        trustPolicy: { type: "Notary", status: "disabled" },
        retentionPolicy: { days: 7, lastUpdatedTime: touched, status: "disabled" },
        exportPolicy: { status: exportPolicy },
        azureADAuthenticationAsArmPolicy: { status: armTokens },
      },
      encryption,
      dataEndpointEnabled,
      dataEndpointHostNames: dataEndpointEnabled
        ? [location, ...replicas].map((region) => `${name.toLowerCase()}.${region}.data.azurecr.io`)
        : [],
      privateEndpointConnections,
      publicNetworkAccess,
      networkRuleBypassOptions: "AzureServices",
      networkRuleBypassAllowedForTasks: false,
      zoneRedundancy,
      anonymousPullEnabled,
      ...(roleAssignmentMode === null ? {} : { roleAssignmentMode }),
      ...properties,
    },
  };
}

export interface RegistryOptions {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly sku?: "Basic" | "Standard" | "Premium";
  readonly location?: string;
  /** Null leaves the key out, as API versions before 2025-11-01 do. */
  readonly roleAssignmentMode?: "LegacyRegistryPermissions" | "AbacRepositoryPermissions" | null;
  readonly adminUserEnabled?: boolean;
  readonly anonymousPullEnabled?: boolean;
  readonly publicNetworkAccess?: "Enabled" | "Disabled";
  /** Network rules, which only Premium has. */
  readonly defaultAction?: "Allow" | "Deny";
  readonly allowedIps?: readonly string[];
  readonly privateEndpointConnections?: readonly Body[];
  readonly dataEndpointEnabled?: boolean;
  /** Regions of its replications; they only add data endpoints here. */
  readonly replicas?: readonly string[];
  readonly zoneRedundancy?: "Enabled" | "Disabled";
  readonly exportPolicy?: "enabled" | "disabled";
  /** Whether it takes Entra tokens made for Azure Resource Manager. */
  readonly armTokens?: "enabled" | "disabled";
  readonly encryption?: Body;
  readonly identity?: Body;
  readonly tags?: Readonly<Record<string, string>>;
  /** A time without its zone: the wire writes it in two ways. */
  readonly createdAt?: string;
  readonly createdBy?: string;
  /** Laid over the properties last. */
  readonly properties?: Body;
}
