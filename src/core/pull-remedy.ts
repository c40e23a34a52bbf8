import type { Grant, Puller, PullIdentity, Registry, RegistryNeed } from "./facts.ts";
import { fill, fillCommand } from "./fill.ts";
import { zoneNameOf } from "./network/host-names.ts";
import {
  isApproved,
  networkOfSubnet,
  type PrivateConnection,
  type PrivateEndpoint,
  type RegistryNetwork,
} from "./network/registry-network.ts";
import type { Vantage } from "./network/vantage.ts";
import { pullRole } from "./permission.ts";
import type { PullReason } from "./pull-reason.ts";
import { parseResourceId, sameId } from "./resource-id.ts";
import type { Evidence } from "./rule.ts";
import { kindNames } from "./workload-evidence.ts";

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
  readonly need: Pick<RegistryNeed, "network" | "grants">;
  /** Those that were asked about; none stands for all. */
  readonly repositories: readonly string[];
  /** Where the workload stands, if it is known. */
  readonly vantage: Vantage | undefined;
  /** Assignments that the refusal rests on. */
  readonly assignmentIds: readonly string[];
}

interface Template {
  readonly text: string;
  readonly cli: string;
  readonly bicep: string;
  /** What this template needs and others do not. */
  readonly evidence?: Evidence;
}

/** What ends a refusal; undefined where no single change does. Nothing ever turns on the admin user. */
export function remedyFor(reason: PullReason, input: RemedyInput): PullRemedy | undefined {
  const template = pastNetwork(reason, input) ?? templateOf(reason, input);
  if (template === undefined) return undefined;
  const evidence = { ...evidenceOf(input), ...template.evidence };
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

const registrySetting = (property: string, version = "2025-11-01"): string =>
  `resource acr 'Microsoft.ContainerRegistry/registries@${version}' = {\n  name: '<registry>'\n  // … as it is\n  properties: {\n    ${property}\n  }\n}`;

const ownIdentity =
  "identity: { type: 'SystemAssigned' } // with the identities that it has, 'SystemAssigned, UserAssigned'";

/** How a workload gets a login to the registry that uses its own identity. */
function useIdentity(input: RemedyInput): Template | undefined {
  const { puller, identity } = input;
  switch (puller.kind) {
    case "containerApp":
      return app("containerapp", "Microsoft.App/containerApps");
    case "containerAppJob":
      return app("containerapp job", "Microsoft.App/jobs");
    case "webApp":
    case "functionApp":
    case "webAppSlot":
      return hasSidecars(identity) ? sidecar(puller) : site(puller);
    case "acrTask":
      return task(input);
    default:
      return undefined;
  }
}

function app(group: string, type: string): Template {
  return {
    text: "Name the system-assigned identity of the <kind> in its registry settings, and assign <role> on the registry to it.",
    cli: `az ${group} registry set --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> --server <loginServer> --identity system`,
    bicep: `resource app '${type}@2025-01-01' = {\n  name: '<puller>'\n  ${ownIdentity}\n  // … as it is\n  properties: {\n    configuration: {\n      registries: [{ server: '<loginServer>', identity: 'system' }]\n    }\n  }\n}`,
  };
}

const siteNamed = ({ kind }: Puller) =>
  kind === "webAppSlot" ? "--name <siteName> --slot <slot>" : "--name <siteName>";
const siteType = ({ kind }: Puller) => (kind === "webAppSlot" ? "Microsoft.Web/sites/slots" : "Microsoft.Web/sites");

function site(puller: Puller): Template {
  return {
    text: "Let the <kind> pull with its system-assigned identity, and assign <role> on the registry to that.",
    cli: "az resource update --ids <pullerConfigId> --set properties.acrUseManagedIdentityCreds=true",
    bicep: `resource app '${siteType(puller)}@2024-11-01' = {\n  name: '<site>'\n  ${ownIdentity}\n  // … as it is\n  properties: {\n    siteConfig: { acrUseManagedIdentityCreds: true, acrUserManagedIdentityID: null }\n  }\n}`,
  };
}

/** A site says itself only whether it pulls with an identity; every other login is said by containers of their own. */
function hasSidecars({ kind, userName = "" }: PullIdentity): boolean {
  return kind === "unknown" ? userName !== "" : kind !== "managedIdentity";
}

function sidecar(puller: Puller): Template {
  return {
    text: "Let the container that names this registry pull with the system-assigned identity of the <kind>, and assign <role> on the registry to that.",
    cli: `az webapp sitecontainers update --subscription <pullerSubscription> --resource-group <pullerGroup> ${siteNamed(puller)} --container-name CONTAINER_NAME --system-assigned-identity`,
    bicep: `resource container '${siteType(puller)}/sitecontainers@2024-11-01' = {\n  name: '<site>/CONTAINER_NAME'\n  // … as it is\n  properties: {\n    authType: 'SystemIdentity'\n  }\n}`,
  };
}

/** A task logs in to its own registry in one way, and to each other one in its own. */
function task({ puller, registry, identity }: RemedyInput): Template {
  const own = sameId(taskRegistryOf(puller), registry.name);
  const step = identity.kind === "unknown" ? "update" : "add"; // with a password or none
  const setting = own
    ? "credentials: { sourceRegistry: { identity: '[system]' } }"
    : "credentials: { customRegistries: { '<loginServer>': { identity: '[system]' } } } // beside the others";
  return {
    text: own
      ? "Let the task log in to its own registry with its system-assigned identity, and assign <role> to that."
      : "Let the task log in to <loginServer> with its system-assigned identity, and assign <role> on the registry to that.",
    cli: own
      ? "az acr task update --subscription <pullerSubscription> --registry <taskRegistry> --name <taskName> --source-acr-auth-id '[system]'"
      : `az acr task credential ${step} --subscription <pullerSubscription> --registry <taskRegistry> --name <taskName> --login-server <loginServer> --use-identity '[system]'`,
    bicep: `resource task 'Microsoft.ContainerRegistry/registries/tasks@2025-03-01-preview' = {\n  name: '<taskRegistry>/<taskName>'\n  ${ownIdentity}\n  // … as it is\n  properties: {\n    ${setting}\n  }\n}`,
  };
}

/** Gives the workload the identity that it is configured to pull with. */
function assignIdentity({ puller, identity: { configured = [] } }: RemedyInput): Template | undefined {
  const [named = ""] = configured;
  const id = /^\/subscriptions\//i.test(named) ? named : undefined;
  const own = named.startsWith("its own ");
  const types: Partial<Readonly<Record<Puller["kind"], string>>> = {
    containerApp: "Microsoft.App/containerApps@2025-01-01",
    containerAppJob: "Microsoft.App/jobs@2025-01-01",
    webApp: "Microsoft.Web/sites@2024-11-01",
    functionApp: "Microsoft.Web/sites@2024-11-01",
    webAppSlot: "Microsoft.Web/sites/slots@2024-11-01",
    acrTask: "Microsoft.ContainerRegistry/registries/tasks@2025-03-01-preview",
  };
  const type = types[puller.kind];
  const isSite = /^(?:web|function)App/.test(puller.kind);
  if (type === undefined || (!own && id === undefined && !isSite)) return undefined; // one of its environment
  const inApp = own ? "--system-assigned" : "--user-assigned <identityId>";
  const listed = own ? "'[system]'" : "<identityId>";
  const commands: Partial<Readonly<Record<Puller["kind"], string>>> = {
    containerApp: `az containerapp identity assign --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> ${inApp}`,
    containerAppJob: `az containerapp job identity assign --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> ${inApp}`,
    acrTask: `az acr task identity assign --subscription <pullerSubscription> --registry <taskRegistry> --name <taskName> --identities ${listed}`,
  };
  const name = isSite ? "<site>" : puller.kind === "acrTask" ? "<taskRegistry>/<taskName>" : "<puller>";
  const identity = own
    ? ownIdentity
    : "identity: {\n    type: 'UserAssigned' // with its own one, 'SystemAssigned, UserAssigned'\n    userAssignedIdentities: { '<identityId>': {} } // beside those that it has\n  }";
  return {
    text: `Assign ${own ? "a system-assigned identity" : "<identityNamed>"} to the <kind>, which is configured to pull with it, and see that it holds <role> on the registry.`,
    cli:
      commands[puller.kind] ??
      `az webapp identity assign --subscription <pullerSubscription> --resource-group <pullerGroup> ${siteNamed(puller)} --identities ${listed}`,
    bicep: `resource workload '${type}' = {\n  name: '${name}'\n  ${identity}\n  // … as it is\n}`,
    // a site names an identity by its client id, from which no command makes the id that it wants
    evidence: {
      identityNamed: `the identity ${id === undefined ? `with client id ${named}` : named}`,
      identityId: id ?? "IDENTITY_RESOURCE_ID",
    },
  };
}

const repositoryReader = "b93aa761-3e63-49ed-ac28-beffa264f7ac";
const repositoryName = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]";

/**
 * Widens the condition of the assignment that there is: a second one of the same role to the same principal at the same
 * scope is refused as existing, whatever its condition. Where none at the registry is its own and for reading alone,
 * makes one that is as narrow.
 */
function allowRepositories({
  repositories,
  registry,
  identity,
  need,
  assignmentIds,
}: RemedyInput): Template | undefined {
  if (repositories.length === 0 || !repositories.every((one) => /^[a-z0-9._/-]+$/.test(one))) return undefined;
  const names = repositories.map((one) => `${repositoryName} StringEqualsIgnoreCase '${one}'`).join(" OR ");
  const text = "Let the condition allow <repositories> too";
  const own = (need.grants.known ? need.grants.value : []).find(
    ({ id, scope, principalId }) =>
      assignmentIds.includes(id) &&
      sameId(scope, registry.id) &&
      identity.principalId.known &&
      sameId(principalId, identity.principalId.value),
  );
  const reader = own?.role.known && own.role.value.id.toLowerCase().endsWith(repositoryReader);
  if (own?.role.known && reader && own.condition !== undefined) {
    const condition = `(${own.condition}) OR (${names})`;
    return {
      text: `${text}, in the role assignment that there is.`,
      cli: "az role assignment update --role-assignment <assignment>",
      bicep: conditioned("'<assignmentName>'"),
      evidence: { ...assignmentOf(own, own.role.value.id, condition), repositories: [...repositories] },
    };
  }
  const actions = ["content", "metadata"].map(
    (one) => `!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/${one}/read'})`,
  );
  return {
    text: "Assign <role> on the registry to the identity that pulls, for <repositories> alone.",
    cli: `${grant.cli} --condition <condition> --condition-version 2.0`,
    bicep: conditioned("guid(acr.id, '<principalId>', '<roleGuid>')"),
    evidence: { condition: `((${actions.join(" AND ")}) OR (${names}))`, repositories: [...repositories] },
  };
}

function assignmentOf({ id, scope, principalId, principalType }: Grant, roleDefinitionId: string, condition: string) {
  const name = id.split("/").at(-1) ?? id;
  const body = { id, name, scope, roleDefinitionId, principalId, principalType, condition, conditionVersion: "2.0" };
  const roleGuid = roleDefinitionId.split("/").at(-1) ?? roleDefinitionId;
  return { assignment: JSON.stringify(body), assignmentName: name, condition, roleGuid };
}

function conditioned(name: string): string {
  return grant.bicep
    .replace(/name: guid\(.*\)/, () => `name: ${name}`)
    .replace(/\n {2}\}\n\}$/, "\n    condition: '<condition>'\n    conditionVersion: '2.0'\n  }\n}");
}

/** A repository token for what is asked about; for everything only where nothing says what that is. */
function newToken(name: string, text: string, { repositories }: RemedyInput): Template {
  const named = repositories.slice(0, 10);
  const options = named.map((_, index) => `--repository <repository${index}> content/read metadata/read`).join(" ");
  const create = `az acr token create --subscription <registrySubscription> --registry <registry> --name <${name}>`;
  const token = (map: string) =>
    `resource token 'Microsoft.ContainerRegistry/registries/tokens@2025-11-01' = {\n  parent: acr\n  name: '<${name}>'\n  properties: {\n    scopeMapId: ${map}\n    status: 'enabled'\n  }\n}`;
  if (named.length === 0) {
    const all = `\${acr.id}/scopeMaps/_repositories_pull`;
    return {
      text,
      cli: `${create} --scope-map _repositories_pull --no-passwords`,
      bicep: `${existing}\n\n${token(`'${all}'`)}`,
    };
  }
  const actions = named
    .map(
      (_, index) =>
        `      'repositories/<repository${index}>/content/read'\n      'repositories/<repository${index}>/metadata/read'\n`,
    )
    .join("");
  const map = `resource scopeMap 'Microsoft.ContainerRegistry/registries/scopeMaps@2025-11-01' = {\n  parent: acr\n  name: '<${name}>-scope-map'\n  properties: {\n    actions: [\n${actions}    ]\n  }\n}`;
  return {
    text,
    cli: `${create} ${options} --no-passwords`,
    bicep: `${existing}\n\n${map}\n\n${token("scopeMap.id")}`,
    evidence: Object.fromEntries(named.map((one, index) => [`repository${index}`, one])),
  };
}

function widenScopeMap({ facts }: RemedyInput): Template | undefined {
  const excluded = listOf(facts.excludedRepositories).slice(0, 10);
  if (excluded.length === 0) return undefined;
  const named = excluded.map((_, index) => `<excluded${index}>`);
  const options = named.map((one) => `--add-repository ${one} content/read metadata/read`).join(" ");
  const actions = named.map(
    (one) => `      'repositories/${one}/content/read'\n      'repositories/${one}/metadata/read'\n`,
  );
  return {
    text: "Add <excludedRepositories> to the scope map of the token, if the workload is meant to pull it.",
    cli: `az acr scope-map update --subscription <registrySubscription> --registry <registry> --name <scopeMap> ${options}`,
    bicep: `${existing}\n\nresource scopeMap 'Microsoft.ContainerRegistry/registries/scopeMaps@2025-11-01' = {\n  parent: acr\n  name: '<scopeMap>'\n  properties: {\n    actions: [\n      // … those that it has\n${actions.join("")}    ]\n  }\n}`,
    evidence: Object.fromEntries(excluded.map((one, index) => [`excluded${index}`, one])),
  };
}

const templates: Partial<Readonly<Record<PullReason, Template>>> = {
  "no-grant": grant,
  "granted-to-other-identity": grant,
  "abac-ignores-role": grant,
  "legacy-ignores-role": grant,
  "not-its-registry": {
    text: "Correct the image reference: it names <loginServer>, and this workload is known to pull from <elsewhere>. Only if <loginServer> is meant, grant it.",
    cli: "az acr repository list --subscription <registrySubscription> --name <registry> --output table",
    bicep: grant.bicep,
  },
  "identity-not-on-nodes": {
    text: "Have AKS reconcile the cluster, which puts the kubelet identity back on its scale sets.",
    cli: "az aks update --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> --yes",
    bicep:
      "resource cluster 'Microsoft.ContainerService/managedClusters@2025-05-01' = {\n  name: '<puller>'\n  // … as it is: deploying it again reconciles the scale sets\n}",
  },
  "token-disabled": {
    text: "Enable the repository token, if it was not disabled on purpose.",
    cli: "az acr token update --subscription <registrySubscription> --registry <registry> --name <token> --status enabled",
    bicep: `${existing}\n\nresource token 'Microsoft.ContainerRegistry/registries/tokens@2025-11-01' = {\n  parent: acr\n  name: '<token>'\n  properties: {\n    scopeMapId: '<scopeMapId>'\n    status: 'enabled'\n  }\n}`,
  },
  "token-expired": {
    text: "Make a new password with an end, and put it where the workload reads it.",
    cli: "az acr token credential generate --subscription <registrySubscription> --registry <registry> --name <token> --password1 --expiration-in-days 90",
    bicep: "// passwords are generated by a call, not by a template, and shown once",
  },
  "credential-expired": {
    text: "Move the cluster to managed identities, which have no secret that ends, and attach its registries again; until then reset the service principal <clientId>.",
    cli: "az aks update --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> --enable-managed-identity",
    bicep:
      "resource cluster 'Microsoft.ContainerService/managedClusters@2025-05-01' = {\n  name: '<puller>'\n  identity: { type: 'SystemAssigned' }\n  // … as it is, with servicePrincipalProfile.clientId 'msi'\n}",
  },
  "arm-audience-refused": {
    text: "Let the registry take tokens made for Azure Resource Manager again, for as long as this <kind> pulls from it with a managed identity: it asks for no others.",
    cli: "az acr config authentication-as-arm update --subscription <registrySubscription> --registry <registry> --status enabled",
    bicep: registrySetting("policies: { azureADAuthenticationAsArmPolicy: { status: 'enabled' } }"),
  },

  "zone-not-linked": {
    text: "Link the private zone to the network that the workload stands in, so that it resolves the registry to its private endpoint.",
    cli: "az network private-dns link vnet create --subscription <zoneSubscription> --resource-group <zoneGroup> --zone-name <zoneName> --name <networkName> --virtual-network <networkId> --registration-enabled false",
    bicep: `resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' existing = {\n  name: '<zoneName>'\n}\n\n${zoneLink()}`,
  },
  "zones-not-known": newZone(
    "If there is no private zone for the registry, create one, link it to the network that the workload stands in, and give the endpoint a zone group, which keeps its records.",
  ),
  "service-endpoint-missing": {
    text: "Add the service endpoint to the subnet; open connections from it may be cut.",
    cli: "az network vnet subnet update --ids <subnetId> --add serviceEndpoints service=Microsoft.ContainerRegistry",
    bicep:
      "resource subnet 'Microsoft.Network/virtualNetworks/subnets@2024-10-01' = {\n  name: '<networkName>/<subnetName>'\n  // … as it is\n  properties: {\n    serviceEndpoints: [\n      // … those that it has\n      { service: 'Microsoft.ContainerRegistry' }\n    ]\n  }\n}",
  },
  "service-endpoint-hides-address": {
    text: "Allow the subnet by a virtual network rule, or take its service endpoint away so that the registry sees the public address.",
    cli: "az acr network-rule add --subscription <registrySubscription> --name <registry> --subnet <subnetId>",
    bicep: registrySetting(
      "networkRuleSet: {\n      defaultAction: 'Deny'\n      virtualNetworkRules: [\n        // … those that it has, and its ipRules\n        { action: 'Allow', virtualNetworkSubnetResourceId: '<subnetId>' }\n      ]\n    }",
      "2026-03-01-preview",
    ),
  },
  "trusted-services-off": {
    text: "Let trusted services past the network rules, on which this service depends.",
    cli: "az acr update --subscription <registrySubscription> --name <registry> --allow-trusted-services true",
    bicep: registrySetting("networkRuleBypassOptions: 'AzureServices'"),
  },
  "tasks-bypass-off": {
    text: "Run the task in an agent pool of a network that reaches the registry, or let tasks past the network rules.",
    cli: "az resource update --ids <registryId> --api-version 2025-11-01 --set properties.networkRuleBypassAllowedForTasks=true",
    bicep: registrySetting("networkRuleBypassAllowedForTasks: true"),
  },
};

/** A registry with a private endpoint refuses a web app that does not pull over a network: the reason alone does not say it. */
function pastNetwork(reason: PullReason, { puller, facts }: RemedyInput): Template | undefined {
  if (facts.network !== reason || facts.imagePull === undefined) return undefined;
  const integrated = facts.unusedSubnetId !== undefined;
  const subnet = integrated ? "" : "    virtualNetworkSubnetId: '<integrationSubnet>'\n";
  return {
    text: integrated
      ? "Pull over the virtual network that the app is integrated with, so that it resolves the private endpoint."
      : "Integrate the app with a virtual network that resolves the private endpoint, and pull over that.",
    cli: integrated
      ? "az resource update --ids <pullerId> --set properties.outboundVnetRouting.imagePullTraffic=true"
      : "az resource update --ids <pullerId> --set properties.virtualNetworkSubnetId=<integrationSubnet> properties.outboundVnetRouting.imagePullTraffic=true",
    bicep: `resource app '${siteType(puller)}@2024-11-01' = {\n  name: '<site>'\n  // … as it is\n  properties: {\n${subnet}    outboundVnetRouting: { imagePullTraffic: true }\n  }\n}`,
  };
}

const endpointReasons: ReadonlySet<PullReason> = new Set<PullReason>([
  "public-disabled",
  "no-public-egress",
  "private-endpoint-pending",
  "record-of-unapproved-endpoint",
  "record-missing",
  "record-wrong-address",
  "data-record-missing",
  "zone-missing",
]);

/** Only a connection that waits can be approved, and only an approved endpoint can keep records. */
function throughEndpoint(reason: PullReason, { need: { network }, facts }: RemedyInput): Template {
  const connections = network.settings.known ? network.settings.value.connections : [];
  const waits = reason === "private-endpoint-pending" || reason === "record-of-unapproved-endpoint";
  if (waits && connections.some(isPending)) return approve();
  if (reason === "zone-missing" && facts.zoneIds === undefined) {
    return newZone(
      "Create the private zone of the registry, link it to the network that the workload stands in, and give the endpoint a zone group, which keeps its records.",
    );
  }
  const unrecorded = /record/.test(reason) || reason === "zone-missing"; // a linked zone falls back to the public name
  return !waits && unrecorded && connections.some(isApproved) ? keepRecords() : newEndpoint();
}

function isPending({ status }: PrivateConnection): boolean {
  return status.toLowerCase() === "pending";
}

/** The endpoint that the network resolves already, else one that stands in it, else any. */
function approvedEndpoint(network: RegistryNetwork, facts: Evidence): PrivateEndpoint | undefined {
  if (!network.settings.known || !network.endpoints.known) return undefined;
  const { connections } = network.settings.value;
  const endpoints = network.endpoints.value.filter(({ id }) =>
    connections.some((one) => isApproved(one) && sameId(one.endpointId, id)),
  );
  const resolved = listOf(facts.endpointIds);
  const own = String(facts.networkId ?? "");
  return (
    endpoints.find(({ id }) => resolved.some((one) => sameId(one, id))) ??
    endpoints.find(({ subnetId }) => sameId(networkOfSubnet(subnetId), own)) ??
    endpoints[0]
  );
}

function newEndpoint(): Template {
  return {
    text: "Give the registry a private endpoint in the network that the workload stands in, with its private zone linked to that network.",
    cli: "az network private-endpoint create --subscription <subnetSubscription> --resource-group <subnetGroup> --name <endpointName> --subnet <endpointSubnet> --private-connection-resource-id <registryId> --group-id registry --connection-name <endpointName>",
    bicep:
      "resource endpoint 'Microsoft.Network/privateEndpoints@2024-10-01' = {\n  name: '<endpointName>'\n  location: '<location>'\n  properties: {\n    subnet: { id: '<endpointSubnet>' }\n    privateLinkServiceConnections: [\n      { name: '<endpointName>', properties: { privateLinkServiceId: '<registryId>', groupIds: ['registry'] } }\n    ]\n  }\n}",
  };
}

function approve(): Template {
  return {
    text: "Approve the private endpoint connection of the registry, if it was made for you.",
    cli: "az acr private-endpoint-connection approve --subscription <registrySubscription> --registry-name <registry> --name <connection>",
    bicep: `${existing}\n\nresource connection 'Microsoft.ContainerRegistry/registries/privateEndpointConnections@2025-11-01' = {\n  parent: acr\n  name: '<connection>'\n  properties: {\n    privateLinkServiceConnectionState: { status: 'Approved' }\n  }\n}`,
  };
}

function keepRecords(): Template {
  return {
    text: "Let a zone group of the approved endpoint keep the records of the private zone, or correct them by hand.",
    cli: "az network private-endpoint dns-zone-group create --subscription <endpointSubscription> --resource-group <endpointGroup> --endpoint-name <endpoint> --name default --private-dns-zone <zoneId> --zone-name registry",
    bicep:
      "resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-10-01' = {\n  name: '<endpoint>/default'\n  properties: {\n    privateDnsZoneConfigs: [{ name: 'registry', properties: { privateDnsZoneId: '<zoneId>' } }]\n  }\n}",
  };
}

function newZone(text: string): Template {
  return {
    text,
    cli: "az network private-dns zone create --subscription <zoneHomeSubscription> --resource-group <zoneHomeGroup> --name <expectedZone>",
    bicep: `resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' = {\n  name: '<expectedZone>'\n  location: 'global'\n}\n\n${zoneLink()}`,
  };
}

function zoneLink(): string {
  return "resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = {\n  parent: zone\n  name: '<networkName>'\n  location: 'global'\n  properties: {\n    registrationEnabled: false\n    virtualNetwork: { id: '<networkId>' }\n  }\n}";
}

/** Every address of a workload is refused or allowed by itself, and it may pull from any of them: all in one change. */
function allowAddresses({ facts }: RemedyInput): Template {
  const refused = listOf(facts.refusedAddresses);
  const addresses = refused.length > 0 ? refused : listOf(facts.outboundAddresses);
  const each = addresses.map((_, index) => `<address${index}>`);
  const adds = each.map((one) => `--add properties.networkRuleSet.ipRules action=Allow value=${one}`).join(" ");
  return {
    text: "Allow each of the addresses that the traffic comes from while they are fixed ones of yours; else give the workload's network a private endpoint.",
    cli:
      each.length > 1
        ? `az resource update --ids <registryId> --api-version 2025-11-01 ${adds}`
        : "az acr network-rule add --subscription <registrySubscription> --name <registry> --ip-address <address0>",
    bicep: registrySetting(
      `networkRuleSet: {\n      defaultAction: 'Deny'\n      ipRules: [\n        // … those that it has\n${each.map((one) => `        { action: 'Allow', value: '${one}' }\n`).join("")}      ]\n    }`,
    ),
    evidence: Object.fromEntries(addresses.map((address, index) => [`address${index}`, address])),
  };
}

/** Only their node images make clusters ask for such tokens, so the registry does not have to change. */
function newNodeImages({ facts }: RemedyInput): Template {
  const pools = listOf(facts.oldPools);
  const [pool] = pools;
  const place = "--subscription <pullerSubscription> --resource-group <pullerGroup>";
  return {
    text: "Upgrade the node images of <oldPools>: from March 2025 on they ask for tokens made for registries, and the registry stays as it is.",
    cli:
      pools.length === 1
        ? `az aks nodepool upgrade ${place} --cluster-name <puller> --name <pool> --node-image-only --yes`
        : `az aks upgrade ${place} --name <puller> --node-image-only --yes`,
    bicep:
      "resource cluster 'Microsoft.ContainerService/managedClusters@2025-05-01' = {\n  name: '<puller>'\n  // … as it is; this channel upgrades node images in the maintenance window, the command does it now\n  properties: {\n    autoUpgradeProfile: { nodeOSUpgradeChannel: 'NodeImage' }\n  }\n}",
    ...(pool !== undefined && { evidence: { pool } }),
  };
}

const addressReasons: ReadonlySet<PullReason> = new Set<PullReason>([
  "ip-not-allowed",
  "ip-partly-allowed",
  "default-deny-no-rule",
]);

const loginReasons: ReadonlySet<PullReason> = new Set<PullReason>([
  "no-credential",
  "admin-user-disabled",
  "password-not-visible",
  "principal-deleted",
  "credential-expired",
]);

function templateOf(reason: PullReason, input: RemedyInput): Template | undefined {
  const { puller, registry, identity } = input;
  if (addressReasons.has(reason)) return allowAddresses(input);
  if (endpointReasons.has(reason)) return throughEndpoint(reason, input);
  if (reason === "identity-not-assigned") return assignIdentity(input);
  if (reason === "principal-deleted" && puller.kind === "aks") return templates["credential-expired"];
  if (loginReasons.has(reason) && puller.kind !== "aks") return useIdentity(input);
  if (reason === "arm-audience-refused" && puller.kind === "aks") return newNodeImages(input);
  if (reason === "condition-excludes-repository") return allowRepositories(input);
  if (reason === "other-tenant") return newToken("tokenName", crossTenant, input);
  if (puller.kind === "connectedRegistry" && syncReasons.has(reason)) return syncToken[reason];
  if (reason === "scope-map-excludes-repository") return widenScopeMap(input);
  if (reason === "token-missing") return newToken("userName", missingToken, input);
  if (reason === "not-attached") {
    // attaching assigns AcrPull, which a registry in ABAC mode ignores; and it knows managed clusters alone
    const attachable = registry.roleAssignmentMode !== "AbacRepositoryPermissions";
    return attachable && identity.kind !== "anonymous" ? attach : grant;
  }
  return templates[reason];
}

const crossTenant =
  "A managed identity cannot cross tenants: create a repository token, or a service principal with <role>, in the registry's tenant, and give its credential to the workload as a pull secret.";
const missingToken =
  "Create the repository token for what the workload pulls, or correct the user name; a managed identity with <role> needs neither.";

/** A token by which a connected registry synchronizes belongs to it: it is not made by hand, and no repository added. */
const syncReasons: ReadonlySet<PullReason> = new Set<PullReason>([
  "token-missing",
  "token-expired",
  "scope-map-excludes-repository",
]);

const syncToken: Partial<Readonly<Record<PullReason, Template>>> = {
  "token-expired": {
    text: "Make a new password for the sync token, and give it to the connected registry.",
    cli: "az acr connected-registry get-settings --subscription <registrySubscription> --registry <registry> --name <resource> --parent-protocol https --generate-password 1",
    bicep: "// passwords are generated by a call, not by a template, and shown once",
  },
};

const roleGuids: Readonly<Record<string, string>> = {
  AcrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  "Container Registry Repository Reader": repositoryReader,
};

function evidenceOf(input: RemedyInput): Evidence {
  const { puller, registry, identity, facts } = input;
  const role = pullRole(registry.roleAssignmentMode);
  const where = parseResourceId(puller.id);
  const resource = where?.name ?? puller.name;
  return {
    ...facts,
    role,
    roleGuid: roleGuids[role] ?? "",
    kind: kindNames[puller.kind],
    clientId: identity.clientId,
    registry: registry.name,
    registryId: registry.id,
    registrySubscription: registry.subscriptionId,
    loginServer: registry.loginServer,
    expectedZone: zoneNameOf(registry.loginServer),
    puller: resource,
    resource,
    taskName: resource,
    taskRegistry: taskRegistryOf(puller),
    tokenName: `${resource.replace(/[^A-Za-z0-9-]/g, "-").slice(0, 45)}-pull`,
    pullerId: puller.id,
    pullerConfigId: `${puller.id}/config/web`,
    integrationSubnet: "SUBNET_ID",
    ...(where && { pullerSubscription: where.subscriptionId, pullerGroup: where.resourceGroup }),
    ...(identity.principalId.known && { principalId: identity.principalId.value }),
    ...(identity.userName !== undefined && { userName: identity.userName }),
    ...siteOf(puller.id),
    ...networkOf(input),
  };
}

function taskRegistryOf({ id }: Puller): string {
  return /\/registries\/([^/]+)\/tasks\//i.exec(id)?.[1] ?? "";
}

/** A site or a slot of one, as templates and as commands name them. */
function siteOf(id: string): Evidence {
  const [, name, slot] = /\/sites\/([^/]+)(?:\/slots\/([^/]+))?$/i.exec(id) ?? [];
  if (name === undefined) return {};
  return { site: slot === undefined ? name : `${name}/${slot}`, siteName: name, ...(slot !== undefined && { slot }) };
}

/** Names around the private endpoint, as far as they are known. */
function networkOf({ need: { network }, registry, vantage, facts }: RemedyInput): Evidence {
  const connections = network.settings.known ? network.settings.value.connections : [];
  const pending = connections.find(isPending);
  const approved = approvedEndpoint(network, facts);
  const endpointPlace = parseResourceId(approved?.id ?? "");
  const [zoneId] = listOf(facts.zoneIds);
  const zone = parseResourceId(zoneId ?? "");
  const networks = vantage?.networks.known ? vantage.networks.value : [];
  const endpointSubnet = networks[0]?.subnets[0]?.id;
  const subnetPlace = parseResourceId(endpointSubnet ?? "");
  const subnetId = typeof facts.subnetId === "string" ? facts.subnetId : undefined;
  const networkId = typeof facts.networkId === "string" ? facts.networkId : networkOfSubnet(subnetId ?? "");
  return {
    endpointName: `pe-${registry.name}`,
    zoneHomeSubscription: endpointPlace?.subscriptionId ?? registry.subscriptionId,
    zoneHomeGroup: endpointPlace?.resourceGroup ?? parseResourceId(registry.id)?.resourceGroup ?? "",
    ...(pending && { connection: pending.name }),
    ...(approved && endpointPlace && { endpoint: approved.name }),
    ...(endpointPlace && {
      endpointGroup: endpointPlace.resourceGroup,
      endpointSubscription: endpointPlace.subscriptionId,
    }),
    ...(zoneId !== undefined && { zoneId }),
    ...(zone && { zoneName: zone.name, zoneGroup: zone.resourceGroup, zoneSubscription: zone.subscriptionId }),
    ...(endpointSubnet !== undefined && { endpointSubnet, location: vantage?.location ?? registry.location }),
    ...(subnetPlace && { subnetGroup: subnetPlace.resourceGroup, subnetSubscription: subnetPlace.subscriptionId }),
    ...(networkId !== "" && { networkId, networkName: networkId.split("/").at(-1) ?? networkId }),
    ...(subnetId !== undefined && { subnetName: subnetId.split("/").at(-1) ?? subnetId }),
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
