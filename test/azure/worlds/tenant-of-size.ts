import type { World } from "../world.ts";
import { applicationBody } from "./application.ts";
import { builtInRole } from "./built-in-role.ts";
import { daysAfter } from "./days-after.ts";
import { type GroupMember, groupBody } from "./group.ts";
import { guid } from "./guid.ts";
import { managedClusterBody } from "./managed-cluster.ts";
import { managedIdentityPrincipalBody } from "./managed-identity-principal.ts";
import { managementGroupBody } from "./management-group.ts";
import { passwordCredential } from "./password-credential.ts";
import { registryBody } from "./registry.ts";
import { roleAssignmentBody } from "./role-assignment.ts";
import { scaleSetBody } from "./scale-set.ts";
import { servicePrincipalBody } from "./service-principal.ts";
import { subscriptionBody } from "./subscription.ts";

/**
 * A tenant for measuring; numbers are per subscription. Nearly all assignments have nothing to do with registries, each
 * cluster declares one registry that it needs, and one kubelet identity in twenty was never granted it.
 */
export function tenantOfSize({
  subscriptions,
  registries = 5,
  clusters = 1,
  assignments = 100,
  seed = "bench",
  now = new Date("2026-01-01T00:00:00Z"),
}: TenantSize): World {
  const tenantId = guid(`tenant ${seed}`);
  const users = Array.from({ length: 200 }, (_, index) => guid(`user ${index} of ${seed}`));
  const landingZones = Array.from({ length: subscriptions }, (_, index) =>
    landingZone({ index, registries, clusters, assignments, seed, now, tenantId, users }),
  );
  const all = landingZones.map(({ subscription }) => subscription);
  const root = { name: tenantId, displayName: "Tenant Root Group" };
  const apps = { name: `${seed}-apps`, displayName: "Applications" };

  return {
    tenantId,
    managementGroups: [
      managementGroupBody({ ...root, tenantId, groups: [apps] }),
      managementGroupBody({ ...apps, tenantId, parent: root, subscriptions: all }),
    ],
    subscriptions: all,
    resources: landingZones.flatMap(({ resources }) => resources),
    roleAssignments: landingZones.flatMap(({ roleAssignments }) => roleAssignments),
    roleDefinitions: [],
    denyAssignments: [],
    roleEligibilityScheduleInstances: [],
    registrationDefinitions: [],
    registrationAssignments: [],
    children: {},
    graph: {
      applications: landingZones.map(({ application }) => application),
      servicePrincipals: landingZones.flatMap(({ servicePrincipals }) => servicePrincipals),
      groups: Array.from({ length: Math.ceil(subscriptions / subscriptionsPerGroup) }, (_, index) =>
        groupBody({
          displayName: groupName(seed, index),
          members: users.slice(index % 100, (index % 100) + 8).map(user),
        }),
      ),
    },
    logs: {},
  };
}

export interface TenantSize {
  readonly subscriptions: number;
  readonly registries?: number;
  readonly clusters?: number;
  readonly assignments?: number;
  /** Another seed gives other ids and names; letters and digits only, since registries are named after it. */
  readonly seed?: string;
  /** Secrets are dated from it. */
  readonly now?: Date;
}

interface LandingZone extends Required<Omit<TenantSize, "subscriptions">> {
  readonly index: number;
  readonly tenantId: string;
  readonly users: readonly string[];
}

const subscriptionsPerGroup = 10;
const skus = ["Basic", "Standard", "Premium"] as const;
const unrelatedRoles = [
  builtInRole.virtualMachineContributor,
  builtInRole.networkContributor,
  builtInRole.keyVaultSecretsUser,
  builtInRole.storageBlobDataReader,
  builtInRole.monitoringReader,
  builtInRole.logAnalyticsReader,
] as const;

/** One subscription with all that is in it. */
function landingZone({ index, registries, clusters, assignments, seed, now, tenantId, users }: LandingZone) {
  const displayName = `${seed}-${String(index).padStart(4, "0")}`;
  const subscriptionId = guid(`subscription ${displayName}`);
  const resourceGroup = `rg-${displayName}`;
  const scopes = {
    subscription: `/subscriptions/${subscriptionId}`,
    resourceGroup: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`,
  };
  const appName = `app-${displayName}`;

  const registryBodies = Array.from({ length: registries }, (_, each) =>
    registryBody({
      subscriptionId,
      resourceGroup,
      name: `${seed}${String(index).padStart(4, "0")}r${each}`,
      sku: skus[(index + each) % skus.length] ?? "Basic",
      roleAssignmentMode: (index + each) % 5 === 4 ? "AbacRepositoryPermissions" : "LegacyRegistryPermissions",
      adminUserEnabled: (index + each) % 10 === 0,
    }),
  );
  const attached = Array.from({ length: clusters }, (_, each) => {
    const registry = registryBodies.at(each % Math.max(registries, 1));
    const cluster = managedClusterBody({
      subscriptionId,
      resourceGroup,
      name: `aks-${displayName}-${each}`,
      tenantId,
      ...(registry === undefined ? {} : { tags: { "acraudit-registries": registry.name } }),
    });
    return { cluster, registry };
  });
  const nodes = attached.flatMap(({ cluster }) => {
    const kubelet = cluster.properties.identityProfile?.kubeletidentity;
    if (!kubelet) return [];
    return ["system", "work"].map((pool) => scaleSetBody({ cluster, pool, identityIds: [kubelet.resourceId] }));
  });
  const kubelets = attached.flatMap(({ cluster, registry }) => {
    const kubelet = cluster.properties.identityProfile?.kubeletidentity;
    return kubelet === undefined ? [] : [{ ...kubelet, registry }];
  });

  const grants = kubelets.flatMap(({ objectId, registry }, each) =>
    registry === undefined || (index * clusters + each) % 20 === 7
      ? []
      : [
          roleAssignmentBody({
            scope: registry.id,
            role:
              registry.properties.roleAssignmentMode === "AbacRepositoryPermissions"
                ? builtInRole.repositoryReader
                : builtInRole.acrPull,
            principalId: objectId,
          }),
        ],
  );
  const registryId = registryBodies[0]?.id ?? scopes.resourceGroup;
  const application = guid(`service principal ${appName}`);
  const team = guid(`group ${groupName(seed, Math.floor(index / subscriptionsPerGroup))}`);
  const roleAssignments = [
    ...grants,
    roleAssignmentBody({ scope: registryId, role: builtInRole.acrPush, principalId: application }),
    roleAssignmentBody({
      scope: scopes.subscription,
      role: builtInRole.contributor,
      principalId: team,
      principalType: "Group",
    }),
  ].slice(0, assignments);
  for (let each = 0; roleAssignments.length < assignments; each++) {
    const byApplication = each % 5 === 0;
    const scope = [scopes.subscription, scopes.resourceGroup, registryId][each % 3] ?? scopes.subscription;
    roleAssignments.push(
      roleAssignmentBody({
        scope,
        role: unrelatedRoles[each % unrelatedRoles.length] ?? builtInRole.monitoringReader,
        principalId: byApplication ? application : (users[(index * 31 + each) % users.length] ?? application),
        principalType: byApplication ? "ServicePrincipal" : "User",
        name: guid(`assignment ${each} of ${displayName}`),
      }),
    );
  }

  return {
    subscription: subscriptionBody({ subscriptionId, tenantId, displayName }),
    resources: [...registryBodies, ...attached.map(({ cluster }) => cluster), ...nodes],
    roleAssignments,
    application: applicationBody({
      displayName: appName,
      // From 40 days ago to a year ahead: about one in ten has expired, about one in twelve soon will.
      passwordCredentials: [
        passwordCredential({
          displayName: "deploy",
          startDateTime: daysAfter(now, ((index * 37) % 400) - 400),
          endDateTime: daysAfter(now, ((index * 37) % 400) - 40),
        }),
      ],
    }),
    servicePrincipals: [
      servicePrincipalBody({ displayName: appName, appOwnerOrganizationId: tenantId }),
      ...kubelets.map(({ resourceId }) => managedIdentityPrincipalBody({ resourceId })),
    ],
  };
}

function groupName(seed: string, index: number): string {
  return `${seed} team ${index}`;
}

function user(id: string): GroupMember {
  return { kind: "user", id, displayName: `User ${id.slice(0, 8)}` };
}
