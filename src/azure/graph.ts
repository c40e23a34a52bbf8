import type { Connection } from "./connection.ts";
import { AzureError } from "./error.ts";
import { type Get, getJson, listJson } from "./json-pipeline.ts";

/** Directory lists answer at most 999 objects a page. https://learn.microsoft.com/graph/paging */
const top = "$top=999";

const principalProperties =
  "id,appId,displayName,servicePrincipalType,accountEnabled,appOwnerOrganizationId,passwordCredentials,keyCredentials";

/** Every service principal of the tenant. Needs `Application.Read.All`. */
export function listServicePrincipals(connection: Connection): Promise<readonly unknown[]> {
  return list(connection, `/servicePrincipals?$select=${principalProperties}&${top}`, "list service principals");
}

/** Every application of the tenant; most secrets and certificates sit here. Needs `Application.Read.All`. */
export function listApplications(connection: Connection): Promise<readonly unknown[]> {
  return list(
    connection,
    `/applications?$select=id,appId,signInAudience,passwordCredentials,keyCredentials&${top}`,
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

/** The service principal with this object id or, failing that, this application id; undefined: neither exists. */
export async function findServicePrincipal(connection: Connection, id: string): Promise<unknown> {
  const key = guidOf(id, "find service principal");
  const select = `?$select=${principalProperties}`;
  return (
    (await find(connection, `/servicePrincipals/${key}${select}`, `get service principal ${key}`)) ??
    (await find(
      connection,
      `/servicePrincipals(appId='${key}')${select}`,
      `get service principal of application ${key}`,
    ))
  );
}

/** The application with this application id, where this tenant owns it. */
export function findApplication(connection: Connection, appId: string): Promise<unknown> {
  const key = guidOf(appId, "find application");
  const select = "?$select=id,appId,signInAudience,passwordCredentials,keyCredentials";
  return find(connection, `/applications(appId='${key}')${select}`, `get application ${key}`);
}

/** Ids come from logs, where anybody may write them. */
function guidOf(id: string, name: string): string {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return id.toLowerCase();
  throw new AzureError("malformed", name, "the id is not a GUID");
}

async function find(connection: Connection, path: string, name: string): Promise<unknown> {
  try {
    return await getJson(connection, graphGet(connection, path, name));
  } catch (error) {
    if (error instanceof AzureError && error.reason === "notFound") return undefined;
    throw error;
  }
}

function list(connection: Connection, path: string, name: string): Promise<readonly unknown[]> {
  return listJson(connection, graphGet(connection, path, name));
}

function graphGet({ cloud }: Connection, path: string, name: string): Get {
  return { api: "graph", endpoint: cloud.graph, path: `/v1.0${path}`, name };
}
