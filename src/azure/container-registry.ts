import {
  type CacheRule,
  type ConnectedRegistry,
  ContainerRegistryManagementClient,
  type CredentialSet,
  type Registry,
  type ScopeMap,
  type Token,
} from "@azure/arm-containerregistry";
import { type Connection, clientOptions, guard } from "./connection.ts";
import { operation } from "./operation.ts";
import { perConnection } from "./per-connection.ts";

/**
 * Every registry of a subscription, by the API version 2025-11-01: older ones leave out `roleAssignmentMode`, and what
 * is left out is not legacy.
 */
export function listRegistries(connection: Connection, subscriptionId: string): Promise<readonly Registry[]> {
  const list = () => Array.fromAsync(clientOf(connection, subscriptionId).registries.list());
  return operation(`list registries of subscription ${subscriptionId}`, list, "value");
}

interface RegistryPlace {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
}

export function getRegistry(connection: Connection, registry: RegistryPlace): Promise<Registry> {
  const { subscriptionId, resourceGroup, name } = registry;
  return operation(`get registry ${name}`, () =>
    clientOf(connection, subscriptionId).registries.get(resourceGroup, name),
  );
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

export function listCacheRules(connection: Connection, registry: RegistryPlace): Promise<readonly CacheRule[]> {
  const { subscriptionId, resourceGroup, name } = registry;
  const list = () => Array.fromAsync(clientOf(connection, subscriptionId).cacheRules.list(resourceGroup, name));
  return operation(`list cache rules of ${name}`, list, "value");
}

/** Logins to upstreams: where their secrets are kept and how they fare, never the secrets. */
export function listCredentialSets(connection: Connection, registry: RegistryPlace): Promise<readonly CredentialSet[]> {
  const { subscriptionId, resourceGroup, name } = registry;
  const list = () => Array.fromAsync(clientOf(connection, subscriptionId).credentialSets.list(resourceGroup, name));
  return operation(`list credential sets of ${name}`, list, "value");
}

export function listConnectedRegistries(
  connection: Connection,
  registry: RegistryPlace,
): Promise<readonly ConnectedRegistry[]> {
  const { subscriptionId, resourceGroup, name } = registry;
  const list = () =>
    Array.fromAsync(clientOf(connection, subscriptionId).connectedRegistries.list(resourceGroup, name));
  return operation(`list connected registries of ${name}`, list, "value");
}

function clientOf(connection: Connection, subscriptionId: string): ContainerRegistryManagementClient {
  const clients = clientsOf(connection);
  const made = clients.get(subscriptionId);
  if (made) return made;
  const { resourceManager } = connection.cloud;
  const client = new ContainerRegistryManagementClient(connection.credential, subscriptionId, {
    ...clientOptions(connection),
    endpoint: resourceManager,
    credentials: { scopes: [`${resourceManager}/.default`] },
  });
  guard(client.pipeline, connection, "resourceManager", resourceManager);
  clients.set(subscriptionId, client);
  return client;
}

/** This client is made for one subscription. */
const clientsOf = perConnection(() => new Map<string, ContainerRegistryManagementClient>());
