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
import { currentOperation, operation } from "./operation.ts";

interface Client {
  readonly pipeline: Pipeline;
  readonly http: HttpClient;
}

const clients = new WeakMap<Connection, Map<string, Client>>();

/** GETs one JSON body from an API that no official client covers. Runs inside an `operation`. */
export async function getJson<T>(
  connection: Connection,
  api: Api,
  endpoint: string,
  url: string,
  shape: z.ZodType<T>,
): Promise<T> {
  const { pipeline, http } = clientOf(connection, api, endpoint);
  const response = await pipeline.sendRequest(http, createPipelineRequest({ url }));
  const body = shape.safeParse(JSON.parse(response.bodyAsText ?? "null"));
  if (body.success) return body.data;
  throw new AzureError(
    "malformed",
    currentOperation().name,
    `the answer has another shape: ${z.prettifyError(body.error)}`,
  );
}

/** Every item of a list that is paged by links (`nextLink`, `@odata.nextLink`). Items stay as Azure sent them. */
export function listJson(
  connection: Connection,
  api: Api,
  endpoint: string,
  path: string,
  name: string,
): Promise<readonly unknown[]> {
  const list = async () => {
    const items: unknown[] = [];
    let url: string | undefined = `${endpoint}${path}`;
    while (url !== undefined) {
      const page: z.infer<typeof Page> = await getJson(connection, api, endpoint, url, Page);
      items.push(...page.value);
      url = page["@odata.nextLink"] ?? page.nextLink ?? undefined;
    }
    return items;
  };
  return operation(name, list, "value");
}

const Page = z.object({
  value: z.array(z.unknown()),
  nextLink: z.string().nullish(),
  "@odata.nextLink": z.string().nullish(),
});

function clientOf(connection: Connection, api: Api, endpoint: string): Client {
  const known = clients.get(connection) ?? new Map<string, Client>();
  clients.set(connection, known);
  let client = known.get(endpoint);
  if (client === undefined) {
    const pipeline = createPipelineFromOptions(clientOptions(connection));
    pipeline.addPolicy(
      bearerTokenAuthenticationPolicy({ credential: connection.credential, scopes: `${endpoint}/.default` }),
    );
    guard(pipeline, connection, api, endpoint);
    client = { pipeline, http: createDefaultHttpClient() };
    known.set(endpoint, client);
  }
  return client;
}
