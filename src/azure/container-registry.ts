import {
  ContainerRegistryManagementClient,
  type Registry,
  type ScopeMap,
  type Token,
} from "@azure/arm-containerregistry";
import { type Connection, clientOptions, guard } from "./connection.ts";
import { operation } from "./operation.ts";

/**
 * Every registry of a subscription, by the API version 2025-11-01: older ones leave out `roleAssignmentMode`, and what
 * is left out is not legacy.
 */
export function listRegistries(connection: Connection, subscriptionId: string): Promise<readonly Registry[]> {
  const list = () => Array.fromAsync(clientOf(connection, subscriptionId).registries.list());
  return operation(`list registries of subscription ${subscriptionId}`, list, "value");
}

export function getRegistry(
  connection: Connection,
  registry: { readonly subscriptionId: string; readonly resourceGroup: string; readonly name: string },
): Promise<Registry> {
  const { subscriptionId, resourceGroup, name } = registry;
  return operation(`get registry ${name}`, () =>
    clientOf(connection, subscriptionId).registries.get(resourceGroup, name),
  );
}

interface RegistryPlace {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
}

/** One repository token: never its passwords, only when they end. */
export function getToken(connection: Connection, registry: RegistryPlace, tokenName: string): Promise<Token> {
  const { subscriptionId, resourceGroup, name } = registry;
  return operation(`get token ${tokenName} of ${name}`, () =>
    clientOf(connection, subscriptionId).tokens.get(resourceGroup, name, tokenName),
  );
}

export function getScopeMap(connection: Connection, registry: RegistryPlace, mapName: string): Promise<ScopeMap> {
  const { subscriptionId, resourceGroup, name } = registry;
  return operation(`get scope map ${mapName} of ${name}`, () =>
    clientOf(connection, subscriptionId).scopeMaps.get(resourceGroup, name, mapName),
  );
}

function clientOf(connection: Connection, subscriptionId: string): ContainerRegistryManagementClient {
  const { resourceManager } = connection.cloud;
  const client = new ContainerRegistryManagementClient(connection.credential, subscriptionId, {
    ...clientOptions(connection),
    endpoint: resourceManager,
    credentials: { scopes: [`${resourceManager}/.default`] },
  });
  guard(client.pipeline, connection, "resourceManager", resourceManager);
  return client;
}
