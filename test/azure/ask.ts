import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from "@azure/core-rest-pipeline";
import type { Body } from "./world.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The parsed JSON; for tests to look into. */
  readonly body: Body;
}

export interface Question {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One HTTP request through the proxy of the environment, without retries and without believing anything. */
export async function ask(url: string, { method = "GET", token, body, headers = {} }: Question = {}): Promise<Answer> {
  const request = createPipelineRequest({
    url,
    method,
    headers: createHttpHeaders({
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    }),
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 0 } });
  const response = await pipeline.sendRequest(createDefaultHttpClient(), request);
  const text = response.bodyAsText ?? "";
  const isJson = response.headers.get("content-type")?.includes("json");
  return {
    status: response.status,
    headers: response.headers.toJSON(),
    text,
    body: isJson && text !== "" ? JSON.parse(text) : {},
  };
}

/** A token of the app's own managed identity, straight from its endpoint. */
export async function tokenFor(resource: string, parameters = ""): Promise<string> {
  const { IDENTITY_ENDPOINT = "", IDENTITY_HEADER = "" } = process.env;
  const url = `${IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=${encodeURIComponent(resource)}${parameters}`;
  const answer = await fetch(url, { headers: { "x-identity-header": IDENTITY_HEADER } });
  const body = (await answer.json()) as { access_token?: string; message?: string };
  if (body.access_token === undefined) throw new Error(body.message ?? `status ${answer.status}`);
  return body.access_token;
}

export const armHost = "https://management.azure.com";

/** A GET of Azure Resource Manager as the app's own identity. */
export async function askArm(path: string, question: Question = {}): Promise<Answer> {
  return await ask(`${armHost}${path}`, { token: await tokenFor(`${armHost}/`), ...question });
}

export async function askGraph(path: string, question: Question = {}): Promise<Answer> {
  const token = await tokenFor("https://graph.microsoft.com");
  return await ask(`https://graph.microsoft.com/v1.0${path}`, { token, ...question });
}
