/** What tests judge: a healthy registry, puller and principal, from which each test changes one thing. */
import { type Collected, type Gap, known, missing } from "../src/core/collected.ts";
import type {
  Credential,
  FactsOf,
  Grant,
  Permissions,
  Principal,
  PrincipalFacts,
  Puller,
  PullerFacts,
  Registry,
  RegistryNeed,
  Role,
  Snapshot,
  SubjectKind,
} from "../src/core/facts.ts";
import type { Realm } from "../src/core/fingerprint.ts";
import type { EndpointSubnet } from "../src/core/network/endpoint-subnet.ts";
import type {
  NetworkSettings,
  PrivateEndpoint,
  PrivateZone,
  RegistryNetwork,
} from "../src/core/network/registry-network.ts";
import type { Vantage } from "../src/core/network/vantage.ts";
import type { RuleContext } from "../src/core/rule.ts";

export const now = new Date("2026-03-01T12:00:00Z");
export const context: RuleContext = { now, expiryTiers: [30, 14, 7] };
export const realm: Realm = { cloud: "AzureCloud", tenantId: "7e000000-0000-4000-8000-000000000001" };

export const subscriptionId = "50000000-0000-4000-8000-000000000001";
export const subscriptionScope = `/subscriptions/${subscriptionId}`;
export const groupScope = `${subscriptionScope}/resourceGroups/rg-registries`;
export const registryId = `${groupScope}/providers/Microsoft.ContainerRegistry/registries/contoso`;
export const clusterId = `${subscriptionScope}/resourceGroups/rg-aks/providers/Microsoft.ContainerService/managedClusters/shop`;
export const kubeletId = "10000000-0000-4000-8000-00000000000a";
export const controlPlaneId = "10000000-0000-4000-8000-00000000000b";
export const principalId = "10000000-0000-4000-8000-00000000000c";
export const appId = "20000000-0000-4000-8000-00000000000c";

export const forbidden: Gap = { fact: "sample", reason: "forbidden", detail: "the identity may not read this" };

export function daysFromNow(days: number): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString();
}

export function registry(changes: Partial<Registry> = {}): Registry {
  return {
    id: registryId,
    name: "contoso",
    loginServer: "contoso.azurecr.io",
    subscriptionId,
    location: "westeurope",
    sku: "Premium",
    adminUserEnabled: false,
    roleAssignmentMode: "LegacyRegistryPermissions",
    anonymousPull: false,
    takesArmTokens: { value: true, said: true },
    network: known(networkSettings()),
    ...changes,
  };
}

export const networkGroup = `${subscriptionScope}/resourceGroups/rg-network/providers/Microsoft.Network`;
export const hubId = `${networkGroup}/virtualNetworks/hub`;
export const endpointId = `${networkGroup}/privateEndpoints/pe-contoso`;
export const zoneId = `${networkGroup}/privateDnsZones/privatelink.azurecr.io`;
export const connectionId = `${registryId}/privateEndpointConnections/contoso.1`;

/** A registry that is reached through its private endpoint alone. */
export function networkSettings(changes: Partial<NetworkSettings> = {}): NetworkSettings {
  return {
    publicNetworkAccess: { value: "Disabled", said: true },
    defaultAction: { value: "Deny", said: true },
    ipRules: [],
    trustedServices: { value: true, said: true },
    trustedTasks: { value: false, said: true },
    dataEndpointEnabled: true,
    dataEndpointHostNames: ["contoso.westeurope.data.azurecr.io"],
    connections: [connection()],
    exportAllowed: { value: false, said: true },
    ...changes,
  };
}

export function connection(status = "Approved", id = endpointId): NetworkSettings["connections"][number] {
  return { id: connectionId, name: "contoso.1", endpointId: id, status, description: "" };
}

export function endpoint(changes: Partial<PrivateEndpoint> = {}): PrivateEndpoint {
  return {
    id: endpointId,
    name: "pe-contoso",
    registryId,
    subnetId: `${hubId}/subnets/endpoints`,
    addresses: [
      { host: "contoso.azurecr.io", address: "10.0.1.5" },
      { host: "contoso.westeurope.data.azurecr.io", address: "10.0.1.4" },
    ],
    ...changes,
  };
}

/** The zone of `endpoint()`, linked to the network that it is in. */
export function zone(
  changes: Partial<Omit<PrivateZone, "records">> & { records?: Readonly<Record<string, readonly string[]>> } = {},
): PrivateZone {
  const { records = { contoso: ["10.0.1.5"], "contoso.westeurope.data": ["10.0.1.4"] }, ...rest } = changes;
  return {
    id: zoneId,
    name: "privatelink.azurecr.io",
    links: [{ networkId: hubId, fallsBack: false }],
    records: known(Object.entries(records).map(([name, addresses]) => ({ name, addresses }))),
    ...rest,
  };
}

export function registryNetwork(changes: Partial<RegistryNetwork> = {}): RegistryNetwork {
  return {
    settings: known(networkSettings()),
    virtualNetworkRules: known([]),
    endpoints: known([endpoint()]),
    zones: known([zone()]),
    replicas: known([]),
    ...changes,
  };
}

/** A cluster in the network of the endpoint, with the DNS of Azure and one outbound address. */
export function vantage(changes: Partial<Vantage> = {}): Vantage {
  return {
    service: "aks",
    managedIdentity: true,
    location: "westeurope",
    networks: known([{ id: hubId, dnsServers: [], subnets: [{ id: `${hubId}/subnets/nodes`, serviceEndpoints: [] }] }]),
    outboundType: "loadBalancer",
    outboundAddresses: known(["203.0.113.10"]),
    ...changes,
  };
}

/** A registry whose answer did not say its mode. */
export function registryOfUnsaidMode(): Registry {
  const { roleAssignmentMode: _, ...rest } = registry();
  return rest;
}

const acr = "Microsoft.ContainerRegistry/registries";

export function permissions(changes: Partial<Permissions> = {}): Permissions {
  return { actions: [], notActions: [], dataActions: [], notDataActions: [], ...changes };
}

export function role(name: string, ...blocks: readonly Partial<Permissions>[]): Role {
  const id = `/providers/Microsoft.Authorization/roleDefinitions/${name}`;
  return { id, name, permissions: blocks.map(permissions) };
}

export const acrPull = role("AcrPull", { actions: [`${acr}/pull/read`] });
export const acrPush = role("AcrPush", { actions: [`${acr}/pull/read`, `${acr}/push/write`] });
export const reader = role("Reader", { actions: ["*/read"] });
export const repositoryReader = role("Container Registry Repository Reader", {
  dataActions: [`${acr}/repositories/metadata/read`, `${acr}/repositories/content/read`],
});

/** AcrPull for the kubelet identity on the registry, unless said otherwise. */
export function grant(changes: Partial<Omit<Grant, "role">> & { readonly role?: Role | Gap } = {}): Grant {
  const { role: given = acrPull, ...rest } = changes;
  const id = `${rest.scope ?? registryId}/providers/Microsoft.Authorization/roleAssignments/a1`;
  const collected: Collected<Role> = "permissions" in given ? known(given) : missing(given);
  return { id, principalId: kubeletId, principalType: "ServicePrincipal", scope: registryId, ...rest, role: collected };
}

export function puller(changes: Partial<Puller> = {}): Puller {
  return {
    kind: "aks",
    id: clusterId,
    name: "shop",
    subscriptionId,
    identity: {
      kind: "managedIdentity",
      clientId: "30000000-0000-4000-8000-00000000000a",
      principalId: known(kubeletId),
    },
    declaresNone: false,
    bystanders: [{ principalId: controlPlaneId }],
    ...changes,
  };
}

export function need(changes: Partial<RegistryNeed> = {}): RegistryNeed {
  return {
    registryId,
    registryName: "contoso",
    learned: ["tag"],
    registry: known(registry()),
    ancestors: ["mg-platform", "mg-root"],
    grants: known([grant()]),
    unreadGroups: [],
    denials: known([]),
    network: registryNetwork(),
    bystanderGrants: [],
    others: [],
    ...changes,
  };
}

export function principal(changes: Partial<Principal> = {}): Principal {
  return {
    id: principalId,
    appId,
    displayName: "ci-push",
    type: "Application",
    enabled: true,
    ownerTenantId: realm.tenantId,
    ...changes,
  };
}

/** A secret on the application that lasts for a year, unless said otherwise. */
export function credential(changes: Partial<Credential> = {}): Credential {
  return {
    kind: "secret",
    keyId: "40000000-0000-4000-8000-000000000001",
    displayName: "pipeline",
    startsOn: daysFromNow(-30),
    endsOn: daysFromNow(365),
    on: "application",
    ...changes,
  };
}

const roomySubnet: EndpointSubnet = {
  id: `${hubId}/subnets/endpoints`,
  addresses: known({ size: 256, used: 2, dualStack: false }),
};

export function registrySnapshot(
  changes: Partial<Registry> = {},
  around: Partial<RegistryNetwork> = {},
  grants: readonly Grant[] = [],
): Snapshot<"registry"> {
  const { settings, ...network } = registryNetwork(around);
  return {
    subject: { kind: "registry", id: registryId, name: "contoso", partition: subscriptionId },
    facts: {
      registry: known(registry({ network: settings, takesArmTokens: { value: false, said: true }, ...changes })),
      grants: known(grants),
      network: settings,
      ...network,
      allowedSubnets: known([]),
      endpointSubnets: known([roomySubnet]),
      cacheRules: known([]),
      armConsumers: known({ seen: [], narrowed: false }),
    },
  };
}

export function pullerSnapshot(changes: Partial<PullerFacts> = {}): Snapshot<"puller"> {
  const healthyFacts = { puller: puller(), needs: [need()], hasPullGrant: true, vantage: vantage() };
  const { puller: one, needs, hasPullGrant, vantage: from } = { ...healthyFacts, ...changes };
  return {
    subject: { kind: "puller", id: clusterId, name: "shop", partition: subscriptionId },
    facts: { puller: known(one), needs: known(needs), hasPullGrant: known(hasPullGrant), vantage: known(from) },
  };
}

export function principalSnapshot(changes: Partial<PrincipalFacts> = {}): Snapshot<"principal"> {
  const facts: PrincipalFacts = {
    principal: principal(),
    credentials: [credential()],
    federatedCredentials: [],
    reach: { registries: 2, names: ["contoso", "fabrikam"], subscriptions: [] },
    ...changes,
  };
  return {
    subject: { kind: "principal", id: `/servicePrincipals/${principalId}`, name: "ci-push", partition: "principals" },
    facts: {
      principal: known(facts.principal),
      credentials: known(facts.credentials),
      federatedCredentials: known(facts.federatedCredentials),
      reach: known(facts.reach),
    },
  };
}

const healthySnapshots: { readonly [Kind in SubjectKind]: () => Snapshot<Kind> } = {
  registry: registrySnapshot,
  puller: pullerSnapshot,
  principal: principalSnapshot,
};

/** A subject of which no rule has anything bad to say. */
export function healthy(kind: SubjectKind): Snapshot {
  return healthySnapshots[kind]();
}

/** The same subject, with one of its facts not known. */
export function without<Kind extends SubjectKind>(
  snapshot: Snapshot<Kind>,
  fact: keyof FactsOf[Kind] | string,
  gap: Gap = { ...forbidden, fact: String(fact) },
): Snapshot<Kind> {
  return { ...snapshot, facts: { ...snapshot.facts, [fact]: missing(gap) } };
}
