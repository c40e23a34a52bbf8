import { World } from "./world.ts";

/** Ids of the small world, for tests to name. */
export const small = {
  tenant: "11111111-0000-4000-8000-000000000001",
  subscription: "22222222-0000-4000-8000-000000000001",
  other: "22222222-0000-4000-8000-000000000002",
  puller: "33333333-0000-4000-8000-000000000001",
  pullerApp: "33333333-0000-4000-8000-0000000000a1",
  expiredApp: "33333333-0000-4000-8000-0000000000a2",
  group: "44444444-0000-4000-8000-000000000001",
  outerGroup: "44444444-0000-4000-8000-000000000002",
  workspace: "55555555-0000-4000-8000-000000000001",
  acrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
} as const;

export const registryId = `/subscriptions/${small.subscription}/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso`;
export const managementGroupId = "/providers/Microsoft.Management/managementGroups/corp";

/** A tenant with one of everything, small enough to hold in the head. */
export function smallWorld(changes: Partial<World> = {}): World {
  return World.parse({
    tenantId: small.tenant,
    managementGroups: [
      {
        id: managementGroupId,
        name: "corp",
        properties: { displayName: "Corp", children: [{ id: `/subscriptions/${small.subscription}` }] },
      },
    ],
    subscriptions: [
      { subscriptionId: small.subscription, displayName: "main" },
      { subscriptionId: small.other, displayName: "other" },
    ],
    resources: [registry("contoso", "Premium"), registry("basic", "Basic"), workspace(), identity()],
    roleAssignments: [
      assignment(registryId, small.puller, "1"),
      assignment(`/subscriptions/${small.subscription}`, small.group, "2"),
      assignment(managementGroupId, small.outerGroup, "3"),
      assignment("/", small.puller, "4"),
      assignment(`/subscriptions/${small.other}`, small.puller, "5"),
    ],
    roleDefinitions: [
      {
        id: `/subscriptions/${small.subscription}/providers/Microsoft.Authorization/roleDefinitions/99999999-0000-4000-8000-000000000001`,
        name: "99999999-0000-4000-8000-000000000001",
        type: "Microsoft.Authorization/roleDefinitions",
        properties: {
          roleName: "Image Auditor",
          type: "CustomRole",
          assignableScopes: [`/subscriptions/${small.subscription}`],
          permissions: [{ actions: ["Microsoft.ContainerRegistry/registries/read"], notActions: [] }],
        },
      },
    ],
    denyAssignments: [
      {
        id: `${registryId}/providers/Microsoft.Authorization/denyAssignments/77777777-0000-4000-8000-000000000001`,
        name: "77777777-0000-4000-8000-000000000001",
        type: "Microsoft.Authorization/denyAssignments",
        properties: {
          denyAssignmentName: "no pushes",
          scope: registryId,
          permissions: [{ actions: ["Microsoft.ContainerRegistry/registries/push/write"], notActions: [] }],
          principals: [{ id: "00000000-0000-0000-0000-000000000000", type: "SystemDefined" }],
          excludePrincipals: [],
        },
      },
    ],
    children: {
      [`${registryId}/tokens`]: [token("edge"), token("depot")],
      [`${registryId}/providers/Microsoft.Insights/diagnosticSettings`]: [
        { id: `${registryId}/providers/microsoft.insights/diagnosticSettings/logs`, name: "logs", properties: {} },
      ],
      [`${registryId}/replications`]: [
        {
          id: `${registryId}/replications/northeurope`,
          name: "northeurope",
          type: "Microsoft.ContainerRegistry/registries/replications",
          location: "northeurope",
          properties: {},
        },
      ],
    },
    graph: {
      applications: [
        {
          id: "66666666-0000-4000-8000-000000000001",
          appId: small.pullerApp,
          displayName: "puller",
          passwordCredentials: [credential("2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z")],
          federatedIdentityCredentials: [
            { id: "f1", name: "github", issuer: "https://issuer.example", subject: "repo:x" },
          ],
        },
        {
          id: "66666666-0000-4000-8000-000000000002",
          appId: small.expiredApp,
          displayName: "expired",
          passwordCredentials: [credential("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z")],
        },
      ],
      servicePrincipals: [
        { id: small.puller, appId: small.pullerApp, displayName: "puller", servicePrincipalType: "Application" },
        { id: "33333333-0000-4000-8000-000000000002", appId: small.expiredApp, displayName: "expired" },
      ],
      groups: [
        { id: small.group, displayName: "Pullers", members: [small.puller, { id: "u1", displayName: "Ann" }] },
        { id: small.outerGroup, displayName: "All", members: [small.group] },
      ],
    },
    logs: {
      ContainerRegistryLoginEvents: [
        login("2026-01-01T10:00:00Z", "200", "2026-01-01T10:01:00Z"),
        login("2026-01-01T11:00:00Z", "401", "2026-01-01T11:01:00Z"),
        login("2026-01-01T11:59:00Z", "401", "2026-01-01T12:30:00Z"),
      ],
    },
    ...changes,
  });
}

function registry(name: string, sku: string) {
  return {
    id: registryId.replace("/contoso", `/${name}`),
    name,
    type: "Microsoft.ContainerRegistry/registries",
    location: "westeurope",
    tags: {},
    sku: { name: sku, tier: sku },
    properties: {
      loginServer: `${name}.azurecr.io`,
      creationDate: "2024-05-06T07:08:09.1234567Z",
      provisioningState: "Succeeded",
      adminUserEnabled: false,
      policies: { softDeletePolicy: { status: "disabled" }, exportPolicy: { status: "enabled" } },
      publicNetworkAccess: "Enabled",
      anonymousPullEnabled: false,
      roleAssignmentMode: "LegacyRegistryPermissions",
      networkRuleBypassAllowedForTasks: false,
    },
  };
}

function workspace() {
  return {
    id: `/subscriptions/${small.subscription}/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs`,
    name: "logs",
    type: "Microsoft.OperationalInsights/workspaces",
    location: "westeurope",
    properties: { customerId: small.workspace },
  };
}

function identity() {
  return {
    id: `/subscriptions/${small.other}/resourceGroups/ids/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller`,
    name: "puller",
    type: "Microsoft.ManagedIdentity/userAssignedIdentities",
    location: "westeurope",
    properties: { tenantId: small.tenant, principalId: small.puller, clientId: small.pullerApp },
  };
}

function assignment(scope: string, principalId: string, digit: string) {
  const name = `88888888-0000-4000-8000-00000000000${digit}`;
  return {
    id: `${scope === "/" ? "" : scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    name,
    type: "Microsoft.Authorization/roleAssignments",
    properties: {
      roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${small.acrPull}`,
      principalId,
      principalType: "ServicePrincipal",
      scope,
      condition: null,
      conditionVersion: null,
      createdOn: "2024-01-01T00:00:00.0000000Z",
    },
  };
}

function token(name: string) {
  return {
    id: `${registryId}/tokens/${name}`,
    name,
    type: "Microsoft.ContainerRegistry/registries/tokens",
    properties: { provisioningState: "Succeeded", status: "enabled", credentials: { passwords: [] } },
  };
}

function credential(startDateTime: string, endDateTime: string) {
  return { keyId: "aaaaaaaa-0000-4000-8000-000000000001", displayName: "ci", startDateTime, endDateTime, hint: "abc" };
}

function login(TimeGenerated: string, ResultDescription: string, _ingestedAt: string) {
  return {
    TimeGenerated,
    ResultDescription,
    _ingestedAt,
    OperationName: "Login",
    Identity: "puller",
    ResultType: "HttpStatusCode",
  };
}
