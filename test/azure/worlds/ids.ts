import { topicEndpoint } from "./event-grid-topic.ts";
import { guid } from "./guid.ts";
import { identityOf } from "./identity-of.ts";

const tenantId = guid("tenant of Nordfracht");

const subscriptions = {
  platformProd: guid("subscription platform-prod"),
  appsProd: guid("subscription apps-prod"),
  appsDev: guid("subscription apps-dev"),
} as const;

const managementGroups = {
  root: managementGroup(tenantId),
  platform: managementGroup("nf-platform"),
  apps: managementGroup("nf-apps"),
} as const;

const registries = {
  platform: registry("platformProd", "nfplatform"),
  base: registry("platformProd", "nfbase"),
  tools: registry("platformProd", "nftools"),
  mirror: registry("platformProd", "nfmirror"),
  archive: registry("platformProd", "nfarchive"),
  tracking: registry("appsProd", "nftracking"),
  dispatch: registry("appsProd", "nfdispatch"),
  customs: registry("appsProd", "nfcustoms"),
  billing: registry("appsProd", "nfbilling"),
  warehouse: registry("appsProd", "nfwarehouse"),
  telematics: registry("appsProd", "nftelematics"),
  dev: registry("appsDev", "nfdev"),
  sandbox: registry("appsDev", "nfsandbox"),
  experiments: registry("appsDev", "nfexperiments"),
} as const;

const clusters = {
  tracking: cluster("appsProd", "tracking"),
  telematics: cluster("appsProd", "telematics"),
  terminal: cluster("appsProd", "terminal"),
  dispatch: cluster("appsProd", "dispatch"),
  billing: cluster("appsProd", "billing"),
  customs: cluster("appsProd", "customs"),
  warehouse: cluster("appsProd", "warehouse"),
  portal: cluster("appsDev", "portal"),
} as const;

const identities = {
  telematicsKubelet: identity("appsProd", "rg-telematics", "id-telematics-kubelet"),
  telematicsControlPlane: identity("appsProd", "rg-telematics", "id-telematics-control"),
  customsApi: identity("appsProd", "rg-customs", "id-customs-api"),
  arrivalTimes: identity("appsProd", "rg-telematics", "id-arrival-times"),
} as const;

/** What else than clusters pulls. */
const workloads = {
  invoicing: workload("appsProd", "rg-billing", "Microsoft.App/containerApps/ca-invoicing"),
  arrivalTimes: workload("appsProd", "rg-telematics", "Microsoft.App/containerApps/ca-arrival-times"),
  fleetMap: workload("appsProd", "rg-telematics", "Microsoft.Web/sites/app-fleet-map"),
  fleetMapStaging: workload("appsProd", "rg-telematics", "Microsoft.Web/sites/app-fleet-map/slots/staging"),
  yearlyAudit: workload("appsProd", "rg-billing", "Microsoft.ContainerInstance/containerGroups/ci-yearly-audit"),
  freightForecast: workload(
    "appsDev",
    "rg-forecast",
    "Microsoft.MachineLearningServices/workspaces/mlw-freight-forecast",
  ),
  rebuildDeclarations: `${registries.customs}/tasks/rebuild-declarations`,
} as const;

/** What belongs to a registry and is no resource of its own. */
const registryParts = {
  dockerHubRule: `${registries.mirror}/cacheRules/docker-hub`,
  dockerHubLogin: `${registries.mirror}/credentialSets/docker-hub`,
  gdanskDepot: `${registries.tracking}/connectedRegistries/depotgdansk`,
} as const;

/** Resource ids of the identities that nodes pull with. The terminal cluster has none: it uses a service principal. */
const kubelets = {
  tracking: agentPoolIdentity("appsProd", "tracking"),
  telematics: identities.telematicsKubelet,
  dispatch: agentPoolIdentity("appsProd", "dispatch"),
  billing: agentPoolIdentity("appsProd", "billing"),
  customs: agentPoolIdentity("appsProd", "customs"),
  warehouse: agentPoolIdentity("appsProd", "warehouse"),
  portal: agentPoolIdentity("appsDev", "portal"),
} as const;

const servicePrincipals = {
  releasePipeline: principal("nf-release-pipeline"),
  imagePromoter: principal("nf-image-promoter"),
  edgeGateway: principal("nf-edge-gateway"),
  terminalCluster: principal("nf-aks-terminal"),
  imageScanner: principal("nf-image-scanner"),
  backupRunner: principal("nf-backup-runner"),
  handheldFleet: principal("nf-handheld-fleet"),
  dispatchBot: principal("nf-dispatch-bot"),
  githubDeployer: principal("nf-github-deployer"),
  mirrorJob: principal("nf-mirror-job"),
  partnerCarrier: principal("Kuestenlinie Track and Trace"),
  oldJenkins: principal("nf-jenkins-old"),
} as const;

/** Stable ids of the default world by what they mean: resource ids, and object ids in Microsoft Entra. */
export const ids = {
  tenantId,
  /** The tenant of a partner company, which owns one of the applications. */
  partnerTenantId: guid("tenant of Kuestenlinie"),
  subscriptions,
  managementGroups,
  registries,
  clusters,
  identities,
  workloads,
  registryParts,
  kubelets,
  /** Object ids of the kubelet identities. */
  kubeletPrincipals: {
    tracking: identityOf(kubelets.tracking).principalId,
    telematics: identityOf(kubelets.telematics).principalId,
    dispatch: identityOf(kubelets.dispatch).principalId,
    billing: identityOf(kubelets.billing).principalId,
    customs: identityOf(kubelets.customs).principalId,
    warehouse: identityOf(kubelets.warehouse).principalId,
    portal: identityOf(kubelets.portal).principalId,
  },
  /** Object ids of the clusters' own, control-plane identities. */
  controlPlanePrincipals: {
    tracking: identityOf(clusters.tracking).principalId,
    telematics: identityOf(identities.telematicsControlPlane).principalId,
    dispatch: identityOf(clusters.dispatch).principalId,
    billing: identityOf(clusters.billing).principalId,
    customs: identityOf(clusters.customs).principalId,
    warehouse: identityOf(clusters.warehouse).principalId,
    portal: identityOf(clusters.portal).principalId,
  },
  /** Object ids of the identities that other workloads than clusters pull with. */
  workloadPrincipals: {
    arrivalTimes: identityOf(identities.arrivalTimes).principalId,
    fleetMap: identityOf(workloads.fleetMap).principalId,
    freightForecast: identityOf(workloads.freightForecast).principalId,
  },
  /** Name, object id and application id of each service principal that people made. */
  servicePrincipals,
  groups: {
    platformTeam: guid("group Platform Team"),
    developers: guid("group Developers"),
    imagePullers: guid("group AKS Image Pullers"),
    devKubelets: guid("group AKS Kubelets Dev"),
  },
  users: {
    brandt: guid("user m.brandt"),
    okafor: guid("user c.okafor"),
    lindqvist: guid("user s.lindqvist"),
    moreau: guid("user j.moreau"),
  },
  /** Holds a grant, but is gone from Microsoft Entra. */
  deletedPrincipal: guid("service principal deleted last summer"),
  roles: {
    imagePublisher: guid("role Nordfracht Image Publisher"),
    registryOperator: guid("role Nordfracht Registry Operator"),
  },
  workspace: {
    id: `/subscriptions/${subscriptions.platformProd}/resourceGroups/rg-observability/providers/Microsoft.OperationalInsights/workspaces/log-nordfracht-prod`,
    customerId: guid("workspace log-nordfracht-prod"),
  },
  /** The custom Event Grid topic of the auditor. */
  eventTopic: {
    name: "egt-acraudit",
    endpoint: topicEndpoint("egt-acraudit"),
  },
} as const;

function managementGroup(name: string): string {
  return `/providers/Microsoft.Management/managementGroups/${name}`;
}

function registry(subscription: keyof typeof subscriptions, name: string): string {
  return `/subscriptions/${subscriptions[subscription]}/resourceGroups/rg-registries/providers/Microsoft.ContainerRegistry/registries/${name}`;
}

function cluster(subscription: keyof typeof subscriptions, name: string): string {
  return `/subscriptions/${subscriptions[subscription]}/resourcegroups/rg-${name}/providers/Microsoft.ContainerService/managedClusters/aks-${name}`;
}

function identity(subscription: keyof typeof subscriptions, resourceGroup: string, name: string): string {
  return `/subscriptions/${subscriptions[subscription]}/resourcegroups/${resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
}

function workload(subscription: keyof typeof subscriptions, resourceGroup: string, resource: string): string {
  return `/subscriptions/${subscriptions[subscription]}/resourceGroups/${resourceGroup}/providers/${resource}`;
}

function agentPoolIdentity(subscription: keyof typeof subscriptions, name: string): string {
  return identity(subscription, `MC_rg-${name}_aks-${name}_westeurope`, `aks-${name}-agentpool`);
}

function principal(name: string) {
  return { name, id: guid(`service principal ${name}`), appId: guid(`app id of ${name}`) };
}
