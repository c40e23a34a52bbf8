import type { TokenCredential } from "@azure/core-auth";
import { isRestError, RestError } from "@azure/core-rest-pipeline";
import { TableClient } from "@azure/data-tables";
import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import { type QueueClient, QueueServiceClient } from "@azure/storage-queue";
import type { Patience } from "../azure/connection.ts";
import { AzureError } from "../azure/error.ts";
import { SettingsError, type StorageSettings } from "../settings.ts";

/** The customer's storage account, by connection string or by the app's identity. */
export interface StorageAccount {
  table(name: string): TableClient;
  container(name: string): ContainerClient;
  queue(name: string): QueueClient;
}

export function openStorageAccount(
  settings: StorageSettings,
  credential: TokenCredential,
  { maxRetries, retryDelayInMs }: Patience,
): StorageAccount {
  const retryOptions = { maxRetries, retryDelayInMs };
  const pipeline = { retryOptions: { maxTries: maxRetries + 1, retryDelayInMs } };
  if ("connectionString" in settings) {
    const { connectionString } = settings;
    const local = /^UseDevelopmentStorage=true/i.test(connectionString) || /http:\/\//i.test(connectionString);
    const blobs = reading(() => BlobServiceClient.fromConnectionString(connectionString, pipeline));
    const queues = reading(() => QueueServiceClient.fromConnectionString(connectionString, pipeline));
    return {
      // A shared key signs each request, so the emulator may be reached without TLS.
      table: (name) =>
        TableClient.fromConnectionString(connectionString, name, {
          allowInsecureConnection: local,
          retryOptions,
        }),
      container: (name) => blobs.getContainerClient(name),
      queue: (name) => queues.getQueueClient(name),
    };
  }
  const blobs = new BlobServiceClient(settings.blobs, credential, pipeline);
  const queues = new QueueServiceClient(settings.queues, credential, pipeline);
  return {
    table: (name) => new TableClient(settings.tables, name, credential, { retryOptions }),
    container: (name) => blobs.getContainerClient(name),
    queue: (name) => queues.getQueueClient(name),
  };
}

/** The clients say what is wrong with a connection string, without repeating it: it is a secret. */
function reading<Client>(open: () => Client): Client {
  try {
    return open();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingsError(`The settings are wrong:\n  AzureWebJobsStorage: ${reason}`);
  }
}

/** Runs one storage call, in which every failure of the service or the network becomes an AzureError. */
export async function storing<T>(name: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isRestError(error) && !(error instanceof RestError)) throw error;
    const { statusCode: status, code } = error;
    const detail =
      status === undefined
        ? `the storage account does not answer (${code ?? "network error"})`
        : `the storage account answered ${status} ${code ?? ""}`.trim();
    throw new AzureError(reasonOf(status), name, detail, { status, cause: error });
  }
}

function reasonOf(status: number | undefined): AzureError["reason"] {
  if (status === 401 || status === 403) return "forbidden";
  if (status === 404) return "notFound";
  if (status === 429) return "throttled";
  return status === undefined || status >= 500 ? "unreachable" : "malformed";
}

export function statusOf(error: unknown): number | undefined {
  return isRestError(error) ? error.statusCode : undefined;
}
