import { type AzureRequest, queryParameter, withQueryParameter } from "./exchange.ts";

interface Page<Item> {
  readonly value: readonly Item[];
  readonly nextLink: string | undefined;
}

/** The page that the request's `$skiptoken` asks for, with the absolute link to the next one on the client's own host. */
export function pageOf<Item>(request: AzureRequest, items: readonly Item[], size: number): Page<Item> | undefined {
  const token = queryParameter(request.query, "$skiptoken");
  const offset = token === undefined ? 0 : readOffset(token);
  if (offset === undefined) return undefined;
  const end = offset + size;
  return {
    value: items.slice(offset, end),
    nextLink: end < items.length ? withQueryParameter(request, "$skiptoken", writeOffset(end)) : undefined,
  };
}

function writeOffset(offset: number): string {
  return Buffer.from(JSON.stringify({ nextOffset: offset })).toString("base64url");
}

function readOffset(token: string): number | undefined {
  try {
    const { nextOffset } = JSON.parse(Buffer.from(token, "base64url").toString());
    return Number.isSafeInteger(nextOffset) && nextOffset >= 0 ? nextOffset : undefined;
  } catch {
    return undefined;
  }
}
