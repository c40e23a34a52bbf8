import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpClient,
  type Pipeline,
} from "@azure/core-rest-pipeline";
import { z } from "zod";
import type { Api } from "../core/usage.ts";
import { type Connection, clientOptions, guard } from "./connection.ts";
import { AzureError } from "./error.ts";
import { operation } from "./operation.ts";
import { perConnection } from "./per-connection.ts";

/** What a GET asks for. */
export interface Get {
  readonly api: Api;
  readonly endpoint: string;
  /** Under the endpoint, with the query. */
  readonly path: string;
  /** What is asked, in words. */
  readonly name: string;
}

/** GETs one JSON body from an API that no official client covers. */
export function getJson(connection: Connection, get: Get): Promise<unknown> {
  return read(connection, get, `${get.endpoint}${get.path}`, z.looseObject({}));
}

async function read<T>(connection: Connection, get: Get, url: string, shape: z.ZodType<T>, list?: string): Promise<T> {
  const { pipeline, http } = clientOf(connection, get);
  const request = createPipelineRequest({ url });
  const response = await operation(get.name, () => pipeline.sendRequest(http, request), list);
  const body = shape.safeParse(JSON.parse(response.bodyAsText || "null")); // what is no JSON, `guard` refuses
  if (body.success) return body.data;
  throw new AzureError("malformed", get.name, `the answer has another shape: ${z.prettifyError(body.error)}`);
}

/** Every item of a list that is paged by links (`nextLink`, `@odata.nextLink`). Items stay as Azure sent them. */
export async function listJson(connection: Connection, get: Get): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  const asked = new Set<string>();
  let url: string | undefined = `${get.endpoint}${get.path}`;
  while (url !== undefined) {
    if (asked.has(url))
      throw new AzureError("malformed", get.name, "the answer's next page is a page that was read before");
    asked.add(url);
    const page: z.infer<typeof Page> = await read(connection, get, url, Page, "value");
    items.push(...page.value);
    url = page["@odata.nextLink"] ?? page.nextLink ?? undefined;
  }
  return items;
}

const Page = z.object({
  value: z.array(z.unknown()),
  nextLink: z.string().nullish(),
  "@odata.nextLink": z.string().nullish(),
});

interface Client {
  readonly pipeline: Pipeline;
  readonly http: HttpClient;
}

const clientsOf = perConnection(() => new Map<string, Client>());

function clientOf(connection: Connection, { api, endpoint }: Get): Client {
  const clients = clientsOf(connection);
  const made = clients.get(endpoint);
  if (made) return made;
  const pipeline = createPipelineFromOptions(clientOptions(connection));
  pipeline.addPolicy(
    bearerTokenAuthenticationPolicy({ credential: connection.credential, scopes: `${endpoint}/.default` }),
  );
  guard(pipeline, connection, api, endpoint);
  const client = { pipeline, http: createDefaultHttpClient() };
  clients.set(endpoint, client);
  return client;
}
