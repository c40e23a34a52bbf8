import {
  AuthorizationManagementClient,
  type RoleAssignment,
  type RoleDefinition,
  type RoleEligibilityScheduleInstance,
} from "@azure/arm-authorization";
import { type Connection, clientOptions, guard } from "./connection.ts";
import { AzureError } from "./error.ts";
import { listJson } from "./json-pipeline.ts";
import { operation } from "./operation.ts";
import { perConnection } from "./per-connection.ts";

/** The first version that tells those that only log (`denyAssignmentEffect`), and the one before it. */
const denyVersions = ["2024-07-01-preview", "2022-04-01"] as const;

/**
 * Deny assignments at, above and below a subscription, as Resource Manager sends them. Resource Graph does not have
 * them, and the client leaves out whether they do more than log.
 */
export async function listDenyAssignments(connection: Connection, subscriptionId: string): Promise<readonly unknown[]> {
  const [newest, older] = denyVersions;
  const list = (version: string) =>
    listJson(connection, {
      api: "resourceManager",
      endpoint: connection.cloud.resourceManager,
      path: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/denyAssignments?api-version=${version}`,
      name: `list deny assignments of subscription ${subscriptionId}`,
    });
  try {
    return await list(newest);
  } catch (error) {
    if (error instanceof AzureError && error.status === 400) return list(older); // not every cloud has the newest
    throw error;
  }
}

/**
 * Role assignments at and above a resource that reach a principal, through groups too.
 * https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest
 */
export async function listRoleAssignments(
  connection: Connection,
  resourceId: string,
  principalId: string,
): Promise<readonly RoleAssignment[]> {
  const name = `list role assignments of ${principalId} at ${resourceId}`;
  const filter = `atScope() and ${assignedTo(principalId, name)}`;
  const list = () =>
    Array.fromAsync(clientOf(connection).roleAssignments.listForScope(resourceId.slice(1), { filter }));
  return operation(name, list, "value");
}

/**
 * Roles that a principal may activate (Privileged Identity Management), as a resource shows them, through groups too.
 * The filters are documented one by one; that they can be joined by `and` is not, so scopes are left to the caller.
 * https://learn.microsoft.com/rest/api/authorization/role-eligibility-schedule-instances/list-for-scope
 */
export async function listEligibilities(
  connection: Connection,
  resourceId: string,
  principalId: string,
): Promise<readonly RoleEligibilityScheduleInstance[]> {
  const name = `list eligible assignments of ${principalId} at ${resourceId}`;
  const filter = assignedTo(principalId, name);
  const list = () =>
    Array.fromAsync(
      clientOf(connection).roleEligibilityScheduleInstances.listForScope(resourceId.slice(1), { filter }),
    );
  return operation(name, list, "value");
}

/** An id is part of a filter only when it cannot end the string that it stands in. */
function assignedTo(principalId: string, name: string): string {
  if (/^[0-9a-f-]{36}$/i.test(principalId)) return `assignedTo('${principalId}')`;
  throw new AzureError("malformed", name, "the principal's id is not a GUID");
}

/** Built-in roles and the custom roles that can be assigned in a subscription. */
export function listRoleDefinitions(
  connection: Connection,
  subscriptionId: string,
): Promise<readonly RoleDefinition[]> {
  const list = () => Array.fromAsync(clientOf(connection).roleDefinitions.list(`subscriptions/${subscriptionId}`));
  return operation(`list role definitions of subscription ${subscriptionId}`, list, "value");
}

export function getRoleDefinition(connection: Connection, roleDefinitionId: string): Promise<RoleDefinition> {
  const get = () => clientOf(connection).roleDefinitions.getById(roleDefinitionId.replace(/^\/+/, ""));
  return operation(`get role definition ${roleDefinitionId}`, get);
}

const clientOf = perConnection((connection) => {
  const { resourceManager } = connection.cloud;
  const anySubscription = "00000000-0000-0000-0000-000000000000"; // only scoped calls are made
  const client = new AuthorizationManagementClient(connection.credential, anySubscription, {
    ...clientOptions(connection),
    endpoint: resourceManager,
    credentialScopes: `${resourceManager}/.default`,
  });
  guard(client.pipeline, connection, "resourceManager", resourceManager);
  return client;
});
