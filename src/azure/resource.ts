import { z } from "zod";
import type { Connection } from "./connection.ts";
import { AzureError } from "./error.ts";
import { getJson, listJson } from "./json-pipeline.ts";
import { operation } from "./operation.ts";

/**
 * Whether a resource exists, asked of Resource Manager itself. Throws an AzureError when that cannot be told: a resource
 * that may not be read answers 403, not 404.
 */
export async function resourceExists(connection: Connection, resourceId: string, apiVersion: string): Promise<boolean> {
  const { resourceManager } = connection.cloud;
  const url = `${resourceManager}${encodeURI(resourceId)}?api-version=${apiVersion}`;
  try {
    await operation(`get ${resourceId}`, () =>
      getJson(connection, "resourceManager", resourceManager, url, z.looseObject({})),
    );
    return true;
  } catch (error) {
    if (error instanceof AzureError && error.reason === "notFound") return false;
    throw error;
  }
}

/** A resource in a version that no official client asks for. */
export function getResource(connection: Connection, resourceId: string, apiVersion: string): Promise<unknown> {
  const { resourceManager } = connection.cloud;
  const url = `${resourceManager}${encodeURI(resourceId)}?api-version=${apiVersion}`;
  return operation(`get ${resourceId}`, () =>
    getJson(connection, "resourceManager", resourceManager, url, z.looseObject({})),
  );
}

/** Every item of a collection of Resource Manager that no official client lists. */
export function listResources(connection: Connection, path: string, apiVersion: string): Promise<readonly unknown[]> {
  const { resourceManager } = connection.cloud;
  const url = `${encodeURI(path)}?api-version=${apiVersion}`;
  return listJson(connection, "resourceManager", resourceManager, url, `list ${path}`);
}
