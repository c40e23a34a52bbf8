import type { IncomingHttpHeaders } from "node:http";
import type { Caller } from "./caller.ts";

/** The Azure service that a host belongs to; `foreign` is every host that is not Azure's. */
export type Api =
  | "arm"
  | "resourceGraph"
  | "graph"
  | "entra"
  | "logs"
  | "registry"
  | "eventGrid"
  | "identity"
  | "foreign";

export interface AzureRequest {
  readonly method: string;
  readonly host: string;
  /** As the client sent it, with `//` collapsed and no `/` at the end. */
  readonly path: string;
  /** Decoded, in the client's case. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface AuthorizedRequest extends AzureRequest {
  readonly caller: Caller;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a string as it is. */
  readonly body?: unknown;
  /** The simulator does not know this route: the test that asked for it has to fail. */
  readonly unknownRoute?: true;
  /** The call would have returned or made a secret. */
  readonly secretCall?: true;
}

/** One request that the simulated Azure answered. */
export interface RequestRecord {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly api: Api;
  readonly apiVersion: string | undefined;
  readonly status: number;
  /** Object id of the caller, where the token was ours. */
  readonly principal: string | undefined;
  /** Whether an `Authorization` header came along, whoever the host was. */
  readonly authorized: boolean;
  readonly at: Date;
}

/** Query parameters are compared ignoring case: clients send `$skipToken`, `$skiptoken` and `%24skiptoken`. */
export function queryParameter(query: URLSearchParams, name: string): string | undefined {
  const exact = query.get(name);
  if (exact !== null) return exact;
  const wanted = name.toLowerCase();
  for (const [key, value] of query) if (key.toLowerCase() === wanted) return value;
  return undefined;
}

export function withQueryParameter(request: AzureRequest, name: string, value: string): string {
  const query = new URLSearchParams();
  for (const [key, old] of request.query) if (key.toLowerCase() !== name.toLowerCase()) query.append(key, old);
  query.append(name, value);
  return `https://${request.host}${request.path}?${query}`;
}
