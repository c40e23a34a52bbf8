import type { Connection } from "./connection.ts";
import { listJson } from "./json-pipeline.ts";

/**
 * Delegations by Azure Lighthouse that were made at a subscription or a resource group, each with what it delegates.
 * https://learn.microsoft.com/rest/api/managedservices/registration-assignments/list
 */
export function listRegistrationAssignments(connection: Connection, scope: string): Promise<readonly unknown[]> {
  const type = "providers/Microsoft.ManagedServices/registrationAssignments";
  const query = "$expandRegistrationDefinition=true&api-version=2022-10-01";
  return listJson(connection, {
    api: "resourceManager",
    endpoint: connection.cloud.resourceManager,
    path: `${encodeURI(scope)}/${type}?${query}`,
    name: `list delegations of ${scope}`,
  });
}
