import { type Body, World } from "../world.ts";
import { diagnosticSettingBody } from "./diagnostic-setting.ts";
import { guid } from "./guid.ts";
import { identityOf } from "./identity-of.ts";
import { type LoginEventOptions, loginEvent } from "./login-event.ts";
import { managedClusterBody } from "./managed-cluster.ts";
import { managedIdentityPrincipalBody } from "./managed-identity-principal.ts";
import { managementGroupBody } from "./management-group.ts";
import { type RegistryOptions, registryBody } from "./registry.ts";
import { type RepositoryEventOptions, repositoryEvent } from "./repository-event.ts";
import { resourceBody } from "./resource.ts";
import { roleAssignmentBody } from "./role-assignment.ts";
import { subscriptionBody } from "./subscription.ts";

const tenantId = guid("tenant where a login fails");
const subscriptionId = guid("subscription where a login fails");
const resourceGroup = "rg-registries";
const registryId = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerRegistry/registries/contoso`;
const workspaceArmId = `/subscriptions/${subscriptionId}/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-contoso`;
const workspaceId = guid("workspace log-contoso");
const cluster = managedClusterBody({ subscriptionId, resourceGroup: "rg-shop", name: "aks-shop", tenantId });
const kubeletResourceId = `/subscriptions/${subscriptionId}/resourcegroups/MC_rg-shop_aks-shop_westeurope/providers/Microsoft.ManagedIdentity/userAssignedIdentities/aks-shop-agentpool`;

/** Names of everything in a login world. */
export const contoso = {
  tenantId,
  subscriptionId,
  registryId,
  workspaceArmId,
  workspaceId,
  clusterId: cluster.id,
  kubelet: identityOf(kubeletResourceId),
  /** An address outside of every private range. */
  address: "203.0.113.18",
} as const;

/** One registry that logs to one workspace, and one cluster whose nodes pull from it; each test adds what goes wrong. */
export function loginWorld({
  registry = {},
  logins = [],
  pulls = [],
  grants = [],
  denials = [],
  resources = [],
  servicePrincipals = [],
  applications = [],
  children = {},
  settings,
  callers,
  registryTenantId = tenantId,
  subscriptions = [],
}: LoginWorldOptions = {}): World {
  const subscription = subscriptionBody({ subscriptionId, tenantId: registryTenantId, displayName: "contoso-prod" });
  return World.parse({
    tenantId,
    managementGroups: [
      managementGroupBody({
        name: tenantId,
        displayName: "Tenant Root Group",
        tenantId,
        subscriptions: [subscription],
      }),
    ],
    subscriptions: [subscription, ...subscriptions],
    resources: [
      registryBody({ subscriptionId, resourceGroup, name: "contoso", sku: "Premium", ...registry }),
      resourceBody({
        subscriptionId,
        resourceGroup: "rg-logs",
        type: "Microsoft.OperationalInsights/workspaces",
        name: "log-contoso",
        properties: { customerId: workspaceId, retentionInDays: 90 },
      }),
      cluster,
      ...resources,
    ],
    roleAssignments: grants.map(({ principalId, role, scope = registryId, createdOn, condition }) =>
      roleAssignmentBody({
        scope,
        role,
        principalId,
        ...(createdOn !== undefined && { createdOn }),
        ...(condition !== undefined && { condition }),
      }),
    ),
    denyAssignments: [...denials],
    children: {
      [`${registryId}/providers/Microsoft.Insights/diagnosticSettings`]: settings ?? [
        diagnosticSettingBody({ registryId, workspaceId: workspaceArmId }),
      ],
      ...children,
    },
    graph: {
      servicePrincipals: [managedIdentityPrincipalBody({ resourceId: kubeletResourceId }), ...servicePrincipals],
      applications,
    },
    logs: {
      ContainerRegistryLoginEvents: logins.map((event) => loginEvent({ registryId, workspaceId, ...event })),
      ContainerRegistryRepositoryEvents: pulls.map((event) =>
        repositoryEvent({ registryId, workspaceId, userTenantId: tenantId, ...event }),
      ),
    },
    ...(callers && { callers }),
  });
}

type Given<Event> = Omit<Event, "registryId" | "workspaceId" | "userTenantId"> & Partial<Event>;

export interface LoginWorldOptions {
  readonly registry?: Partial<RegistryOptions>;
  readonly logins?: readonly Given<LoginEventOptions>[];
  readonly pulls?: readonly Given<RepositoryEventOptions>[];
  readonly grants?: readonly {
    readonly principalId: string;
    readonly role: string;
    readonly scope?: string;
    readonly createdOn?: string;
    readonly condition?: string;
  }[];
  readonly denials?: readonly (Body & { readonly id: string })[];
  readonly resources?: readonly (Body & { readonly id: string; readonly type: string })[];
  readonly servicePrincipals?: readonly Body[];
  readonly applications?: readonly Body[];
  readonly children?: Readonly<Record<string, readonly Body[]>>;
  /** Diagnostic settings of the registry. */
  readonly settings?: readonly Body[];
  readonly callers?: World["callers"];
  /** Of the subscription with the registry, where another tenant has delegated it. */
  readonly registryTenantId?: string;
  readonly subscriptions?: World["subscriptions"];
}
