import { builtInRole } from "../built-in-role.ts";
import { denyAssignmentBody } from "../deny-assignment.ts";
import { ids } from "../ids.ts";
import { type RoleAssignmentOptions, roleAssignmentBody } from "../role-assignment.ts";
import { roleDefinitionBody } from "../role-definition.ts";

const {
  registries,
  kubeletPrincipals,
  workloadPrincipals,
  controlPlanePrincipals,
  servicePrincipals: sp,
  users,
  groups,
} = ids;
const platformProd = `/subscriptions/${ids.subscriptions.platformProd}`;
const appsProd = `/subscriptions/${ids.subscriptions.appsProd}`;
const appsDev = `/subscriptions/${ids.subscriptions.appsDev}`;

/** What the role means in legacy mode and in ABAC mode is decided by its actions, so custom roles are among them. */
export const roleDefinitions = [
  // Pulls and pushes without having Acr in its name.
  roleDefinitionBody({
    roleName: "Nordfracht Image Publisher",
    description: "Publishes images from pipelines",
    assignableScopes: [platformProd, appsProd],
    actions: [
      "Microsoft.ContainerRegistry/registries/read",
      "Microsoft.ContainerRegistry/registries/pull/read",
      "Microsoft.ContainerRegistry/registries/push/write",
    ],
  }),
  // Manages registries; its notActions take pull and push away again.
  roleDefinitionBody({
    roleName: "Nordfracht Registry Operator",
    description: "Runs registries without touching images",
    assignableScopes: [ids.managementGroups.platform],
    actions: ["Microsoft.ContainerRegistry/*", "Microsoft.Insights/diagnosticSettings/*"],
    notActions: [
      "Microsoft.ContainerRegistry/registries/pull/read",
      "Microsoft.ContainerRegistry/registries/push/write",
      "Microsoft.ContainerRegistry/registries/listCredentials/action",
    ],
  }),
];

export const denyAssignments = [
  // Made by a deployment stack over the network; no registry is below it.
  denyAssignmentBody({
    scope: `${platformProd}/resourceGroups/rg-network`,
    denyAssignmentName: "Deny assignment of deployment stack landing-zone-network",
    description: "Created by a deployment stack",
    actions: ["*/delete", "*/write"],
    excludePrincipals: [{ id: groups.platformTeam, type: "Group" }],
  }),
];

export const roleAssignments = [
  // — the clusters' kubelets —
  grant(builtInRole.acrPull, kubeletPrincipals.tracking, registries.tracking),
  grant(builtInRole.acrPull, kubeletPrincipals.telematics, registries.platform),
  // In ABAC mode and without a condition: the whole registry.
  grant(builtInRole.repositoryReader, kubeletPrincipals.telematics, registries.telematics),
  // On the control plane, where it does nothing.
  grant(builtInRole.acrPull, controlPlanePrincipals.billing, registries.billing),
  // On a registry in ABAC mode, where it does nothing.
  grant(builtInRole.acrPull, kubeletPrincipals.customs, registries.customs),
  // Inherited by every registry below the management group.
  grant(builtInRole.acrPull, kubeletPrincipals.warehouse, ids.managementGroups.apps),
  // To a group, at the resource group of the registries.
  grant(builtInRole.acrPull, groups.imagePullers, `${appsDev}/resourceGroups/rg-registries`, {
    principalType: "Group",
  }),
  grant(builtInRole.managedIdentityOperator, controlPlanePrincipals.telematics, ids.identities.telematicsKubelet),
  grant(builtInRole.networkContributor, controlPlanePrincipals.tracking, `${appsProd}/resourceGroups/rg-tracking`),

  // — other workloads —
  // With conditions, as a registry in ABAC mode allows: the repositories of their team only.
  ...[workloadPrincipals.arrivalTimes, workloadPrincipals.fleetMap].map((principalId) =>
    grant(builtInRole.repositoryReader, principalId, registries.telematics, {
      condition: onlyRepositories("telematics/", ["content/read", "metadata/read"]),
    }),
  ),
  grant(builtInRole.acrPull, workloadPrincipals.freightForecast, registries.dev),

  // — the service principals —
  // A custom role, at a whole subscription.
  grant(ids.roles.imagePublisher, sp.releasePipeline.id, appsProd),
  grant(builtInRole.acrPush, sp.imagePromoter.id, registries.tracking),
  // With a condition: base images only.
  grant(builtInRole.repositoryWriter, sp.imagePromoter.id, registries.base, {
    condition: onlyRepositories("base/", ["content/read", "content/write", "metadata/read", "metadata/write"]),
  }),
  grant(builtInRole.acrPull, sp.edgeGateway.id, registries.tracking),
  grant(builtInRole.acrPull, sp.edgeGateway.id, registries.warehouse),
  grant(builtInRole.acrPull, sp.terminalCluster.id, registries.dispatch),
  // Reader at a management group pulls from every registry in legacy mode below it.
  grant(builtInRole.reader, sp.imageScanner.id, ids.managementGroups.apps),
  grant(builtInRole.repositoryReader, sp.imageScanner.id, registries.customs, {
    condition: onlyRepositories("declarations/", ["content/read", "metadata/read"]),
  }),
  grant(builtInRole.acrPull, sp.backupRunner.id, registries.archive),
  grant(builtInRole.storageBlobDataReader, sp.backupRunner.id, platformProd),
  grant(builtInRole.acrPull, sp.handheldFleet.id, registries.warehouse),
  grant(builtInRole.acrPush, sp.dispatchBot.id, registries.dispatch),
  grant(builtInRole.repositoryContributor, sp.githubDeployer.id, registries.customs),
  grant(builtInRole.acrPush, sp.mirrorJob.id, registries.mirror),
  grant(builtInRole.acrPull, sp.partnerCarrier.id, registries.tracking),
  // Owner of the registries' resource group: it manages them too.
  grant(builtInRole.owner, sp.oldJenkins.id, `${platformProd}/resourceGroups/rg-registries`),

  // — people —
  grant(builtInRole.owner, groups.platformTeam, ids.managementGroups.root, { principalType: "Group" }),
  grant(ids.roles.registryOperator, groups.platformTeam, ids.managementGroups.platform, { principalType: "Group" }),
  grant(builtInRole.contributor, groups.developers, appsDev, { principalType: "Group" }),
  grant(builtInRole.reader, users.lindqvist, appsProd, { principalType: "User" }),
  grant(builtInRole.acrPush, users.moreau, registries.billing, { principalType: "User" }),
  // At the root of the tenant, above all management groups.
  grant(builtInRole.userAccessAdministrator, users.brandt, "/", {
    principalType: "User",
    description: "Elevated access of a Global Administrator",
  }),

  // — grants that have nothing to do with registries —
  grant(builtInRole.virtualMachineContributor, users.okafor, platformProd, { principalType: "User" }),
  grant(builtInRole.monitoringReader, users.moreau, appsProd, { principalType: "User" }),
  grant(builtInRole.logAnalyticsReader, groups.developers, ids.workspace.id, { principalType: "Group" }),
  grant(
    builtInRole.keyVaultSecretsUser,
    kubeletPrincipals.dispatch,
    `${appsProd}/resourceGroups/rg-dispatch/providers/Microsoft.KeyVault/vaults/kv-nf-dispatch`,
  ),

  // — an orphan: its principal was deleted, the grant stayed —
  grant(builtInRole.acrPush, ids.deletedPrincipal, registries.dispatch),
];

function grant(role: string, principalId: string, scope: string, options: Partial<RoleAssignmentOptions> = {}) {
  return roleAssignmentBody({ role, principalId, scope, ...options });
}

/** The condition that the portal writes for "repositories with this prefix". */
function onlyRepositories(prefix: string, verbs: readonly string[]): string {
  const repositories = "Microsoft.ContainerRegistry/registries/repositories";
  const others = verbs.map((verb) => `!(ActionMatches{'${repositories}/${verb}'})`).join(" AND ");
  return `((${others}) OR (@Request[${repositories}:name] StringStartsWithIgnoreCase '${prefix}'))`;
}
