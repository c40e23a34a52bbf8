import type { World } from "../../world.ts";
import { type ApplicationOptions, applicationBody } from "../application.ts";
import { daysAfter } from "../days-after.ts";
import { federatedIdentityCredential } from "../federated-identity-credential.ts";
import { type GroupMember, groupBody } from "../group.ts";
import { ids } from "../ids.ts";
import { keyCredential } from "../key-credential.ts";
import { managedIdentityPrincipalBody } from "../managed-identity-principal.ts";
import { passwordCredential } from "../password-credential.ts";
import { type ServicePrincipalOptions, servicePrincipalBody } from "../service-principal.ts";

const sp = ids.servicePrincipals;

/** Microsoft Entra of Nordfracht: 12 service principals with their applications, the managed identities, the groups. */
export function directory(now: Date): World["graph"] {
  const secret = (displayName: string | null, fromDays: number, toDays: number) =>
    passwordCredential({
      displayName,
      startDateTime: daysAfter(now, fromDays),
      endDateTime: daysAfter(now, toDays),
    });

  return {
    applications: [
      // Expired 9 days ago, and there is no other.
      application(sp.releasePipeline, { passwordCredentials: [secret("azure-devops", -374, -9)] }),
      // Expired beside a fresh one: rotated, and the old one was left behind.
      application(sp.imagePromoter, {
        passwordCredentials: [secret("rotated by vault", -65, 300), secret("first", -405, -40)],
      }),
      // The only secret ends in 5 days. It has no name, as secrets made by the Azure CLI may have none.
      application(sp.edgeGateway, { passwordCredentials: [secret(null, -360, 5)] }),
      // The secret of a cluster ends in 12 days.
      application(sp.terminalCluster, { passwordCredentials: [secret("aks", -353, 12)] }),
      // The only certificate ends in 25 days.
      application(sp.imageScanner, {
        keyCredentials: [
          keyCredential({
            displayName: "CN=scanner.nordfracht.example",
            startDateTime: daysAfter(now, -340),
            endDateTime: daysAfter(now, 25),
          }),
        ],
      }),
      // Overlapping: the old secret ends in 5 days, its successor lasts a year.
      application(sp.backupRunner, {
        passwordCredentials: [secret("2nd", -2, 363), secret("1st", -360, 5)],
      }),
      // Endless: valid until the year 2299.
      application(sp.handheldFleet, {
        passwordCredentials: [
          passwordCredential({
            displayName: "burnt into handhelds",
            startDateTime: daysAfter(now, -1100),
            endDateTime: "2299-12-31T00:00:00Z",
          }),
        ],
      }),
      // Its secret is on the service principal object; the application has none.
      application(sp.dispatchBot),
      // Federated only: nothing that could expire.
      application(sp.githubDeployer, {
        federatedIdentityCredentials: [
          federatedIdentityCredential({ name: "main", subject: "repo:nordfracht/customs:ref:refs/heads/main" }),
          federatedIdentityCredential({
            name: "production",
            subject: "repo:nordfracht/customs:environment:production",
          }),
        ],
      }),
      // Ends in 6 days, but the successor, not valid yet, starts in 3.
      application(sp.mirrorJob, {
        passwordCredentials: [secret("next", 3, 368), secret("current", -359, 6)],
      }),
      // The principal is disabled; its secret expired long ago.
      application(sp.oldJenkins, { passwordCredentials: [secret("jenkins", -900, -170)] }),
      // Ordinary applications without any grant on a registry: their credentials are nobody's concern here.
      applicationBody({ displayName: "nf-customer-portal", passwordCredentials: [secret("web", -300, 2)] }),
      applicationBody({ displayName: "nf-hr-sync", passwordCredentials: [secret("sync", -800, -70)] }),
    ],
    servicePrincipals: [
      servicePrincipal(sp.releasePipeline),
      servicePrincipal(sp.imagePromoter),
      servicePrincipal(sp.edgeGateway),
      servicePrincipal(sp.terminalCluster),
      servicePrincipal(sp.imageScanner),
      servicePrincipal(sp.backupRunner),
      servicePrincipal(sp.handheldFleet),
      // The only secret, ending in 20 days, is on this object and not on the application.
      servicePrincipal(sp.dispatchBot, {
        passwordCredentials: [
          passwordCredential({
            displayName: null,
            startDateTime: daysAfter(now, -345),
            endDateTime: daysAfter(now, 20),
            hint: null,
          }),
        ],
      }),
      servicePrincipal(sp.githubDeployer),
      servicePrincipal(sp.mirrorJob),
      // Owned by another tenant: there is no application object here, and no credential to see.
      servicePrincipal(sp.partnerCarrier, {
        appOwnerOrganizationId: ids.partnerTenantId,
        signInAudience: "AzureADMultipleOrgs",
      }),
      servicePrincipal(sp.oldJenkins, { accountEnabled: false, notes: "Switched off with the old build server" }),
      ...managedIdentities(now),
    ],
    groups,
  };
}

function application({ name, appId }: NamedPrincipal, options: Partial<ApplicationOptions> = {}) {
  return applicationBody({ displayName: name, appId, ...options });
}

function servicePrincipal({ name, id, appId }: NamedPrincipal, options: Partial<ServicePrincipalOptions> = {}) {
  return servicePrincipalBody({ displayName: name, id, appId, appOwnerOrganizationId: ids.tenantId, ...options });
}

/** Azure rotates these certificates by itself: none may ever be reported, although some look nearly expired. */
function managedIdentities(now: Date) {
  const { telematics: _, ...systemAssigned } = ids.clusters;
  const { terminal: __, ...ownControlPlanes } = systemAssigned;
  return [...Object.values(ids.kubelets), ...Object.values(ownControlPlanes), ...otherIdentities].map((resourceId) =>
    managedIdentityPrincipalBody({
      resourceId,
      certificateFrom: daysAfter(now, -86),
      certificateUntil: daysAfter(now, 4),
    }),
  );
}

const otherIdentities = [
  ids.identities.telematicsControlPlane,
  ids.identities.customsApi,
  ids.identities.arrivalTimes,
  ids.workloads.fleetMap,
  ids.workloads.freightForecast,
  // The registry's own identity, for its customer-managed key.
  ids.registries.telematics,
  // Reads from a key vault what the registry logs in to Docker Hub with.
  ids.registryParts.dockerHubLogin,
];

const brandt = user(ids.users.brandt, "Maren Brandt", "m.brandt");
const okafor = user(ids.users.okafor, "Chidi Okafor", "c.okafor");
const lindqvist = user(ids.users.lindqvist, "Sara Lindqvist", "s.lindqvist");
const moreau = user(ids.users.moreau, "Julien Moreau", "j.moreau");

const groups = [
  groupBody({ displayName: "Platform Team", members: [brandt, okafor] }),
  groupBody({ displayName: "Developers", members: [okafor, lindqvist, moreau] }),
  // Holds AcrPull; its only member is another group.
  groupBody({
    displayName: "AKS Image Pullers",
    description: "Clusters that may pull from the registries of development",
    members: [{ kind: "group", id: ids.groups.devKubelets, displayName: "AKS Kubelets Dev" }],
  }),
  groupBody({
    displayName: "AKS Kubelets Dev",
    members: [{ kind: "servicePrincipal", id: ids.kubeletPrincipals.portal, displayName: "aks-portal-agentpool" }],
  }),
];

function user(id: string, displayName: string, alias: string): GroupMember {
  return { kind: "user", id, displayName, userPrincipalName: `${alias}@nordfracht.example` };
}

interface NamedPrincipal {
  readonly name: string;
  readonly id: string;
  readonly appId: string;
}
