import { gunzipSync, gzipSync } from "node:zlib";
import type { ContainerClient } from "@azure/storage-blob";
import { parseStored } from "./parse-stored.ts";
import { storing } from "./storage-account.ts";

/** Writes a JSON document, compressed: slices of large subscriptions repeat themselves a lot. */
export async function writeBlob(container: ContainerClient, name: string, document: unknown): Promise<void> {
  const bytes = gzipSync(JSON.stringify(document), { level: 1 });
  const blobHTTPHeaders = { blobContentType: "application/json", blobContentEncoding: "gzip" };
  await storing(`write blob ${name}`, () =>
    container.getBlockBlobClient(name).upload(bytes, bytes.length, { blobHTTPHeaders }),
  );
}

/** Reads what `writeBlob` wrote. */
export async function readBlob<T>(container: ContainerClient, name: string): Promise<T> {
  const bytes = await storing(`read blob ${name}`, () => container.getBlockBlobClient(name).downloadToBuffer());
  return parseStored<T>(gunzipSync(bytes).toString("utf8"), `blob ${name}`);
}
