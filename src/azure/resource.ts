import type { Connection } from "./connection.ts";
import { AzureError } from "./error.ts";
import { type Get, getJson, listJson } from "./json-pipeline.ts";

/**
 * Whether a resource exists, asked of Resource Manager itself. Throws an AzureError when that cannot be told: a resource
 * that may not be read answers 403, not 404.
 */
export async function resourceExists(connection: Connection, resourceId: string, apiVersion: string): Promise<boolean> {
  try {
    await getResource(connection, resourceId, apiVersion);
    return true;
  } catch (error) {
    if (error instanceof AzureError && error.reason === "notFound") return false;
    throw error;
  }
}

/** A resource in a version that no official client asks for. */
export function getResource(connection: Connection, resourceId: string, apiVersion: string): Promise<unknown> {
  return getJson(connection, resourceGet(connection, resourceId, apiVersion, `get ${resourceId}`));
}

/** Every item of a collection of Resource Manager that no official client lists. */
export function listResources(connection: Connection, path: string, apiVersion: string): Promise<readonly unknown[]> {
  return listJson(connection, resourceGet(connection, path, apiVersion, `list ${path}`));
}

function resourceGet({ cloud }: Connection, path: string, apiVersion: string, name: string): Get {
  return {
    api: "resourceManager",
    endpoint: cloud.resourceManager,
    path: `${encodeURI(path)}?api-version=${apiVersion}`,
    name,
  };
}
