import type { Puller, PullIdentity, Registry } from "./facts.ts";
import { fill, fillCommand } from "./fill.ts";
import { pullRole } from "./permission.ts";
import type { PullReason } from "./pull-reason.ts";
import { parseResourceId } from "./resource-id.ts";
import type { Evidence } from "./rule.ts";

/** The one least-privilege change that ends a refusal, as a command and as a template. */
export interface PullRemedy {
  readonly text: string;
  readonly cli: string;
  readonly bicep: string;
}

interface RemedyInput {
  readonly puller: Puller;
  readonly registry: Registry;
  readonly identity: PullIdentity;
  readonly facts: Evidence;
}

interface Template {
  readonly text: string;
  readonly cli: string;
  readonly bicep: string;
}

/** What ends a refusal; undefined where no single change does. Nothing ever turns on the admin user. */
export function remedyFor(reason: PullReason, input: RemedyInput): PullRemedy | undefined {
  const template = pastNetwork(reason, input) ?? templateOf(reason, input);
  if (template === undefined) return undefined;
  const evidence = evidenceOf(input);
  const cli = fillCommand(template.cli, evidence);
  if (/<\w+>/.test(cli)) return undefined; // something that the command needs is not known
  return { text: fill(template.text, evidence), cli, bicep: fillBicep(template.bicep, evidence) };
}

const existing =
  "resource acr 'Microsoft.ContainerRegistry/registries@2025-11-01' existing = {\n  name: '<registry>'\n}";

const grant: Template = {
  text: "Assign <role> on the registry to the identity that pulls.",
  cli: "az role assignment create --assignee-object-id <principalId> --assignee-principal-type ServicePrincipal --role <role> --scope <registryId>",
  bicep: `${existing}

resource pull 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(acr.id, '<principalId>', '<roleGuid>')
  scope: acr
  properties: {
    principalId: '<principalId>'
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '<roleGuid>')
  }
}`,
};

const attach: Template = {
  text: "Attach the registry to the cluster, which assigns AcrPull to its kubelet identity.",
  cli: "az aks update --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> --attach-acr <registryId>",
  bicep: grant.bicep,
};

const registrySetting = (property: string): string =>
  `resource acr 'Microsoft.ContainerRegistry/registries@2025-11-01' = {\n  name: '<registry>'\n  // … as it is\n  properties: {\n    ${property}\n  }\n}`;

/** Commands by which a workload gets a login to the registry that uses its own identity. */
const useIdentity: Partial<Readonly<Record<Puller["kind"], Template>>> = {
  containerApp: {
    text: "Assign a managed identity that holds <role> on the registry to the app, and name it in the app's registry settings.",
    cli: "az containerapp registry set --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> --server <loginServer> --identity system",
    bicep:
      "resource app 'Microsoft.App/containerApps@2025-01-01' = {\n  name: '<puller>'\n  identity: { type: 'SystemAssigned' }\n  // … as it is\n  properties: {\n    configuration: {\n      registries: [{ server: '<loginServer>', identity: 'system' }]\n    }\n  }\n}",
  },
  containerAppJob: {
    text: "Assign a managed identity that holds <role> on the registry to the job, and name it in the job's registry settings.",
    cli: "az containerapp job registry set --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> --server <loginServer> --identity system",
    bicep:
      "resource job 'Microsoft.App/jobs@2025-01-01' = {\n  name: '<puller>'\n  identity: { type: 'SystemAssigned' }\n  // … as it is\n  properties: {\n    configuration: {\n      registries: [{ server: '<loginServer>', identity: 'system' }]\n    }\n  }\n}",
  },
  webApp: site("Microsoft.Web/sites"),
  functionApp: site("Microsoft.Web/sites"),
  webAppSlot: site("Microsoft.Web/sites/slots"),
  acrTask: {
    text: "Give the task an identity for its own registry, and assign <role> to that identity.",
    cli: "az acr task update --registry <registry> --name <taskName> --source-acr-auth-id '[system]'",
    bicep:
      "resource task 'Microsoft.ContainerRegistry/registries/tasks@2025-03-01-preview' = {\n  name: '<registry>/<taskName>'\n  identity: { type: 'SystemAssigned' }\n  // … as it is\n  properties: {\n    credentials: { sourceRegistry: { identity: '[system]' } }\n  }\n}",
  },
};

function site(type: string): Template {
  return {
    text: "Let the app pull with its own managed identity, and assign <role> on the registry to that identity.",
    cli: "az resource update --ids <pullerConfigId> --set properties.acrUseManagedIdentityCreds=true",
    bicep: `resource app '${type}@2024-11-01' = {\n  name: '<puller>'\n  identity: { type: 'SystemAssigned' }\n  // … as it is\n  properties: {\n    siteConfig: { acrUseManagedIdentityCreds: true, acrUserManagedIdentityID: null }\n  }\n}`,
  };
}

const templates: Partial<Readonly<Record<PullReason, Template>>> = {
  "no-grant": grant,
  "granted-to-other-identity": grant,
  "abac-ignores-role": grant,
  "legacy-ignores-role": grant,
  "condition-excludes-repository": grant,
  "not-its-registry": {
    text: "Correct the image reference: it names <loginServer>, and this workload is known to pull from <elsewhere>. Only if <loginServer> is meant, grant it.",
    cli: "az acr repository list --name <registry> --output table",
    bicep: grant.bicep,
  },
  "identity-not-on-nodes": {
    text: "Have AKS reconcile the cluster, which puts the kubelet identity back on its scale sets.",
    cli: "az aks update --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller>",
    bicep:
      "resource cluster 'Microsoft.ContainerService/managedClusters@2025-05-01' = {\n  name: '<puller>'\n  // … as it is: deploying it again reconciles the scale sets\n}",
  },
  "token-disabled": {
    text: "Enable the repository token, if it was not disabled on purpose.",
    cli: "az acr token update --registry <registry> --name <token> --status enabled",
    bicep: `${existing}\n\nresource token 'Microsoft.ContainerRegistry/registries/tokens@2025-11-01' = {\n  parent: acr\n  name: '<token>'\n  properties: {\n    scopeMapId: '<scopeMapId>'\n    status: 'enabled'\n  }\n}`,
  },
  "token-expired": {
    text: "Make a new password with an end, and put it where the workload reads it.",
    cli: "az acr token credential generate --registry <registry> --name <token> --password1 --expiration-in-days 90",
    bicep: "// passwords are generated by a call, not by a template, and shown once",
  },
  "scope-map-excludes-repository": {
    text: "Add the repository to the scope map of the token, if the workload is meant to pull it.",
    cli: "az acr scope-map update --registry <registry> --name <scopeMap> --add-repository <excludedRepository> content/read metadata/read",
    bicep: `${existing}\n\nresource scopeMap 'Microsoft.ContainerRegistry/registries/scopeMaps@2025-11-01' = {\n  parent: acr\n  name: '<scopeMap>'\n  // … with the actions that it has\n  properties: {\n    actions: [\n      'repositories/<excludedRepository>/content/read'\n      'repositories/<excludedRepository>/metadata/read'\n    ]\n  }\n}`,
  },
  "token-missing": {
    text: "Create the repository token with a scope map for what the workload pulls, or correct the user name; a managed identity with <role> needs neither.",
    cli: "az acr token create --registry <registry> --name <userName> --scope-map _repositories_pull --no-passwords",
    bicep: `${existing}\n\nresource token 'Microsoft.ContainerRegistry/registries/tokens@2025-11-01' = {\n  parent: acr\n  name: '<userName>'\n  properties: {\n    scopeMapId: '\${acr.id}/scopeMaps/_repositories_pull'\n    status: 'enabled'\n  }\n}`,
  },
  "credential-expired": {
    text: "Move the cluster to managed identities, which have no secret that ends; until then reset its service principal.",
    cli: "az aks update --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> --enable-managed-identity",
    bicep:
      "resource cluster 'Microsoft.ContainerService/managedClusters@2025-05-01' = {\n  name: '<puller>'\n  identity: { type: 'SystemAssigned' }\n  // … as it is, with servicePrincipalProfile.clientId 'msi'\n}",
  },
  "other-tenant": {
    text: "A managed identity cannot cross tenants: create a repository token, or a service principal with <role>, in the registry's tenant, and give its credential to the workload as a pull secret.",
    cli: "az acr token create --registry <registry> --name <puller>-pull --scope-map _repositories_pull --no-passwords",
    bicep: `${existing}\n\nresource token 'Microsoft.ContainerRegistry/registries/tokens@2025-11-01' = {\n  parent: acr\n  name: '<puller>-pull'\n  properties: {\n    scopeMapId: '\${acr.id}/scopeMaps/_repositories_pull'\n    status: 'enabled'\n  }\n}`,
  },
  "arm-audience-refused": {
    text: "Let the registry take tokens made for Azure Resource Manager again, for as long as this workload cannot ask for others.",
    cli: "az acr config authentication-as-arm update --registry <registry> --status enabled",
    bicep: registrySetting("policies: { azureADAuthenticationAsArmPolicy: { status: 'enabled' } }"),
  },

  "ip-not-allowed": allowAddress(),
  "ip-partly-allowed": allowAddress(),
  "default-deny-no-rule": allowAddress(),
  "zone-not-linked": {
    text: "Link the private zone to the network that the workload stands in, so that it resolves the registry to its private endpoint.",
    cli: "az network private-dns link vnet create --subscription <zoneSubscription> --resource-group <zoneGroup> --zone-name <zoneName> --name <puller> --virtual-network <networkId> --registration-enabled false",
    bicep:
      "resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' existing = {\n  name: '<zoneName>'\n}\n\nresource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = {\n  parent: zone\n  name: '<puller>'\n  location: 'global'\n  properties: {\n    registrationEnabled: false\n    virtualNetwork: { id: '<networkId>' }\n  }\n}",
  },
  "zone-missing": newZone(
    "Create the private zone of the registry, link it to the network that the workload stands in, and give the endpoint a zone group, which keeps its records.",
  ),
  "zones-not-known": newZone(
    "If there is no private zone for the registry, create one, link it to the network that the workload stands in, and give the endpoint a zone group, which keeps its records.",
  ),
  "private-endpoint-pending": {
    text: "Approve the private endpoint connection of the registry.",
    cli: "az acr private-endpoint-connection list --registry-name <registry> --output table",
    bicep:
      "// a connection is approved by its owner, not by a template; make the endpoint in the registry's subscription to have it approved at once",
  },
  "trusted-services-off": {
    text: "Let trusted services past the network rules, on which this service depends.",
    cli: "az acr update --name <registry> --allow-trusted-services true",
    bicep: registrySetting("networkRuleBypassOptions: 'AzureServices'"),
  },
  "tasks-bypass-off": {
    text: "Run the task in an agent pool of a network that reaches the registry, or let tasks past the network rules.",
    cli: "az resource update --ids <registryId> --set properties.networkRuleBypassAllowedForTasks=true",
    bicep: registrySetting("networkRuleBypassAllowedForTasks: true"),
  },
};

/** A registry with a private endpoint refuses a web app that does not pull over a network: the reason alone does not say it. */
function pastNetwork(reason: PullReason, { puller, facts }: RemedyInput): Template | undefined {
  if (facts.network !== reason || facts.imagePull === undefined) return undefined;
  const integrated = facts.unusedSubnetId !== undefined;
  const type = puller.kind === "webAppSlot" ? "Microsoft.Web/sites/slots" : "Microsoft.Web/sites";
  const subnet = integrated ? "" : "    virtualNetworkSubnetId: '<integrationSubnet>'\n";
  return {
    text: integrated
      ? "Pull over the virtual network that the app is integrated with, so that it resolves the private endpoint."
      : "Integrate the app with a virtual network that resolves the private endpoint, and pull over that.",
    cli: integrated
      ? "az resource update --ids <pullerId> --set properties.outboundVnetRouting.imagePullTraffic=true"
      : "az resource update --ids <pullerId> --set properties.virtualNetworkSubnetId=<integrationSubnet> properties.outboundVnetRouting.imagePullTraffic=true",
    bicep: `resource app '${type}@2024-11-01' = {\n  name: '<puller>'\n  // … as it is\n  properties: {\n${subnet}    outboundVnetRouting: { imagePullTraffic: true }\n  }\n}`,
  };
}

function newZone(text: string): Template {
  return {
    text,
    cli: "az network private-dns zone create --resource-group <registryGroup> --name <expectedZone>",
    bicep:
      "resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' = {\n  name: '<expectedZone>'\n  location: 'global'\n}\n\nresource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = {\n  parent: zone\n  name: '<puller>'\n  location: 'global'\n  properties: {\n    registrationEnabled: false\n    virtualNetwork: { id: '<networkId>' }\n  }\n}",
  };
}

function allowAddress(): Template {
  return {
    text: "Allow the address that the traffic comes from, or give the registry a private endpoint.",
    cli: "az acr network-rule add --name <registry> --ip-address <address>",
    bicep: registrySetting(
      "networkRuleSet: { defaultAction: 'Deny', ipRules: [{ action: 'Allow', value: '<address>' }] }",
    ),
  };
}

function templateOf(reason: PullReason, { puller, registry, identity }: RemedyInput): Template | undefined {
  const needsLogin: readonly PullReason[] = [
    "no-credential",
    "identity-not-assigned",
    "admin-user-disabled",
    "password-not-visible",
    "principal-deleted",
  ];
  if (reason === "principal-deleted" && puller.kind === "aks") return templates["credential-expired"];
  if (needsLogin.includes(reason)) return useIdentity[puller.kind];
  if (reason === "credential-expired" && puller.kind !== "aks") return useIdentity[puller.kind];
  if (reason === "not-attached") {
    // attaching assigns AcrPull, which a registry in ABAC mode ignores; and it knows managed clusters alone
    const attachable = registry.roleAssignmentMode !== "AbacRepositoryPermissions";
    return attachable && identity.kind !== "anonymous" ? attach : grant;
  }
  return templates[reason];
}

const roleGuids: Readonly<Record<string, string>> = {
  AcrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  "Container Registry Repository Reader": "b93aa761-3e63-49ed-ac28-beffa264f7ac",
};

function evidenceOf({ puller, registry, identity, facts }: RemedyInput): Evidence {
  const role = pullRole(registry.roleAssignmentMode);
  const where = parseResourceId(puller.id);
  const [zoneId] = listOf(facts.zoneIds);
  const zone = zoneId === undefined ? undefined : parseResourceId(zoneId);
  const [address] = [...listOf(facts.refusedAddresses), ...listOf(facts.outboundAddresses)];
  const [excludedRepository] = listOf(facts.excludedRepositories);
  const suffix = registry.loginServer.split(".").slice(1).join(".");
  return {
    ...facts,
    role,
    roleGuid: roleGuids[role] ?? "",
    registry: registry.name,
    registryId: registry.id,
    registryGroup: parseResourceId(registry.id)?.resourceGroup ?? "",
    loginServer: registry.loginServer,
    expectedZone: `privatelink.${suffix}`,
    puller: where?.name ?? puller.name,
    taskName: where?.name ?? puller.name,
    pullerId: puller.id,
    pullerConfigId: `${puller.id}/config/web`,
    integrationSubnet: "SUBNET_ID",
    ...(where && { pullerSubscription: where.subscriptionId, pullerGroup: where.resourceGroup }),
    ...(identity.principalId.known && { principalId: identity.principalId.value }),
    ...(zone && { zoneName: zone.name, zoneGroup: zone.resourceGroup, zoneSubscription: zone.subscriptionId }),
    ...(address !== undefined && { address }),
    ...(identity.userName !== undefined && { userName: identity.userName }),
    ...(excludedRepository !== undefined && { excludedRepository }),
  };
}

function listOf(value: Evidence[string] | undefined): readonly string[] {
  return typeof value === "object" ? value : [];
}

/** Fills a template whose values stand in Bicep strings: names that others chose must not end the string. */
function fillBicep(template: string, evidence: Evidence): string {
  const escaped = Object.entries(evidence).map(([name, value]) => {
    const text = typeof value === "object" ? value.join(", ") : String(value);
    return [
      name,
      text
        .replace(/[\\']/g, "\\$&")
        .replaceAll("${", "\\${")
        .replace(/[\r\n]/g, " "),
    ] as const;
  });
  return fill(template, Object.fromEntries(escaped));
}
