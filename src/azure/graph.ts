import type { Connection } from "./connection.ts";
import { listJson } from "./json-pipeline.ts";

/** Directory lists answer at most 999 objects a page. https://learn.microsoft.com/graph/paging */
const top = "$top=999";

/** Every service principal of the tenant. Needs `Application.Read.All`. */
export function listServicePrincipals(connection: Connection): Promise<readonly unknown[]> {
  const select =
    "id,appId,displayName,servicePrincipalType,accountEnabled,appOwnerOrganizationId,passwordCredentials,keyCredentials";
  return list(connection, `/servicePrincipals?$select=${select}&${top}`, "list service principals");
}

/** Every application of the tenant; most secrets and certificates sit here. Needs `Application.Read.All`. */
export function listApplications(connection: Connection): Promise<readonly unknown[]> {
  return list(
    connection,
    `/applications?$select=id,appId,passwordCredentials,keyCredentials&${top}`,
    "list applications",
  );
}

/** Federated credentials of one application. Needs `Application.Read.All`. */
export function listFederatedCredentials(connection: Connection, applicationId: string): Promise<readonly unknown[]> {
  const path = `/applications/${encodeURIComponent(applicationId)}/federatedIdentityCredentials`;
  return list(connection, path, `list federated credentials of application ${applicationId}`);
}

/** Service principals in a group, directly or through other groups. Needs `GroupMember.Read.All`. */
export function listGroupServicePrincipals(connection: Connection, groupId: string): Promise<readonly unknown[]> {
  const path = `/groups/${encodeURIComponent(groupId)}/transitiveMembers/microsoft.graph.servicePrincipal?$select=id&${top}`;
  return list(connection, path, `list members of group ${groupId}`);
}

function list(connection: Connection, path: string, name: string): Promise<readonly unknown[]> {
  return listJson(connection, "graph", connection.cloud.graph, `/v1.0${path}`, name);
}
