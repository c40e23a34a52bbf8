import type { RpcHttp } from "./functions-core.ts";

export interface HttpCall {
  readonly method?: string;
  /** Path and query below the app's address: `/api/report?format=json`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Values of the route's parameters. */
  readonly params?: Readonly<Record<string, string>>;
}

/** What came over the wire. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function toRpc({ method = "GET", url, headers = {}, body, params = {} }: HttpCall): RpcHttp {
  return {
    method,
    url: new URL(url, "http://localhost:7071").href,
    nullableHeaders: nullable(headers),
    nullableParams: nullable(params),
    ...(body !== undefined && { body: { bytes: Buffer.from(body) } }),
  };
}

/** A handler that returns nothing is answered with 204, as the host does. */
export function fromRpc(http: RpcHttp | undefined): HttpAnswer {
  return {
    status: Number(http?.statusCode ?? 204),
    headers: http?.headers ?? {},
    body: Buffer.from(http?.body?.bytes ?? []).toString("utf8"),
  };
}

function nullable(values: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}
