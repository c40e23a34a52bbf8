import type { TokenCredential } from "@azure/core-auth";
import { isRestError, RestError } from "@azure/core-rest-pipeline";
import { TableClient } from "@azure/data-tables";
import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import { type QueueClient, QueueServiceClient } from "@azure/storage-queue";
import { AzureError } from "../azure/error.ts";
import type { StorageSettings } from "../settings.ts";

/** The customer's storage account, by connection string or by the app's identity. */
export interface StorageAccount {
  table(name: string): TableClient;
  container(name: string): ContainerClient;
  queue(name: string): QueueClient;
}

const retries = { maxRetries: 3 };

export function openStorageAccount(settings: StorageSettings, credential: TokenCredential): StorageAccount {
  if ("connectionString" in settings) {
    const { connectionString } = settings;
    const local = /^UseDevelopmentStorage=true/i.test(connectionString) || /http:\/\//i.test(connectionString);
    const blobs = BlobServiceClient.fromConnectionString(connectionString);
    const queues = QueueServiceClient.fromConnectionString(connectionString);
    return {
      // A shared key signs each request, so the emulator may be reached without TLS.
      table: (name) =>
        TableClient.fromConnectionString(connectionString, name, {
          allowInsecureConnection: local,
          retryOptions: retries,
        }),
      container: (name) => blobs.getContainerClient(name),
      queue: (name) => queues.getQueueClient(name),
    };
  }
  const blobs = new BlobServiceClient(settings.blobs, credential);
  const queues = new QueueServiceClient(settings.queues, credential);
  return {
    table: (name) => new TableClient(settings.tables, name, credential, { retryOptions: retries }),
    container: (name) => blobs.getContainerClient(name),
    queue: (name) => queues.getQueueClient(name),
  };
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
