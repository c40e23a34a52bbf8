import {
  AuthorizationManagementClient,
  type DenyAssignment,
  type RoleAssignment,
  type RoleDefinition,
} from "@azure/arm-authorization";
import { type Connection, clientOptions, guard } from "./connection.ts";
import { AzureError } from "./error.ts";
import { operation } from "./operation.ts";

/** Deny assignments at, above and below a subscription. Resource Graph does not have them. */
export function listDenyAssignments(
  connection: Connection,
  subscriptionId: string,
): Promise<readonly DenyAssignment[]> {
  const list = () =>
    Array.fromAsync(clientOf(connection).denyAssignments.listForScope(`subscriptions/${subscriptionId}`));
  return operation(`list deny assignments of subscription ${subscriptionId}`, list, "value");
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
  if (!/^[0-9a-f-]{36}$/i.test(principalId))
    throw new AzureError("malformed", name, "the principal's id is not a GUID");
  const filter = `atScope() and assignedTo('${principalId}')`;
  const list = () =>
    Array.fromAsync(clientOf(connection).roleAssignments.listForScope(resourceId.slice(1), { filter }));
  return operation(name, list, "value");
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

const clients = new WeakMap<Connection, AuthorizationManagementClient>();

function clientOf(connection: Connection): AuthorizationManagementClient {
  let client = clients.get(connection);
  if (client === undefined) {
    const { resourceManager } = connection.cloud;
    const anySubscription = "00000000-0000-0000-0000-000000000000"; // only scoped calls are made
    client = new AuthorizationManagementClient(connection.credential, anySubscription, {
      ...clientOptions(connection),
      endpoint: resourceManager,
      credentialScopes: `${resourceManager}/.default`,
    });
    guard(client.pipeline, connection, "resourceManager", resourceManager);
    clients.set(connection, client);
  }
  return client;
}
