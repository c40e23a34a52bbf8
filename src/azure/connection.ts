import { setTimeout as sleep } from "node:timers/promises";
import type { TokenCredential } from "@azure/core-auth";
import {
  isRestError,
  type Pipeline,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";
import type { GapReason } from "../core/collected.ts";
import type { Api } from "../core/usage.ts";
import type { Cloud } from "./cloud.ts";
import { AzureError } from "./error.ts";
import type { Meter } from "./meter.ts";
import { currentOperation } from "./operation.ts";

export interface Patience {
  /** Retries of the official clients for lost connections, 5xx and 429 with `Retry-After`. */
  readonly maxRetries: number;
  readonly retryDelayInMs: number;
  /** Own waits for 429 answers that those clients do not retry. */
  readonly throttledRetries: number;
  /** How long to wait where a 429 does not say it. */
  readonly throttledDelayInMs: number;
}

/** One run's way to Azure: the cloud, who asks, and what counts the requests. */
export interface Connection {
  readonly cloud: Cloud;
  readonly credential: TokenCredential;
  readonly meter: Meter;
  readonly patience: Patience;
  /** Milliseconds since the epoch before which an API does not take another request; kept per connection. */
  readonly notBefore: Map<Api, number>;
  /** Ends every request that is still open when it fires; what was asked for is then a gap. */
  readonly signal?: AbortSignal;
}

export const defaultPatience: Patience = {
  maxRetries: 3,
  retryDelayInMs: 1000,
  throttledRetries: 3,
  throttledDelayInMs: 5000,
};

export function connect(
  cloud: Cloud,
  credential: TokenCredential,
  meter: Meter,
  patience = defaultPatience,
): Connection {
  return { cloud, credential, meter, patience, notBefore: new Map() };
}

/** The same way to Azure, for somebody who has to be done by a certain time. */
export function withSignal(connection: Connection, signal: AbortSignal): Connection {
  return { ...connection, signal };
}

/** Options that every client of an official package takes. */
export function clientOptions({ patience }: Connection) {
  const { maxRetries, retryDelayInMs } = patience;
  return { retryOptions: { maxRetries, retryDelayInMs }, userAgentOptions: { userAgentPrefix: "acr-auth-auditor" } };
}

/**
 * Adds to a client's pipeline what the official clients lack: they follow a `nextLink` to another host with the
 * bearer token, never end on one that points to itself, make an empty list of an HTML page, and do not retry a 429
 * without `Retry-After`.
 */
export function guard(pipeline: Pipeline, connection: Connection, api: Api, endpoint: string): void {
  const { answers, count } = guards(connection, api, endpoint);
  pipeline.addPolicy(answers, { phase: "Retry", beforePolicies: ["defaultRetryPolicy"] });
  pipeline.addPolicy(count, { afterPhase: "Retry" });
}

/** The same for a client that hides its pipeline and takes `additionalPolicies`. */
export function guardOptions(connection: Connection, api: Api, endpoint: string) {
  const { answers, count } = guards(connection, api, endpoint);
  return {
    additionalPolicies: [
      { policy: answers, position: "perCall" as const },
      { policy: count, position: "perRetry" as const },
    ],
  };
}

function guards(connection: Connection, api: Api, endpoint: string): Record<"answers" | "count", PipelinePolicy> {
  const { host } = new URL(endpoint);
  const answers: PipelinePolicy = {
    name: "acrAuditAnswers",
    sendRequest: async (request, next) => {
      const { name, list, pages } = currentOperation();
      if (new URL(request.url).host !== host || !request.url.startsWith("https://")) {
        throw new AzureError("malformed", name, "the answer points to another host, which was not asked");
      }
      const page = `${request.method} ${request.url} ${typeof request.body === "string" ? request.body : ""}`;
      if (pages.has(page))
        throw new AzureError("malformed", name, "the answer's next page is a page that was read before");

      if (connection.signal) request.abortSignal ??= connection.signal;
      const response = await withPatience(connection, api, async () => {
        const started = performance.now();
        const answer = await next(request).catch(answerIn);
        const waited = performance.now() - started - (onTheWire.get(request) ?? 0);
        if (answer.status !== 200 || waited > noticeable) connection.meter.wait(api, Math.max(0, waited));
        onTheWire.delete(request);
        return answer;
      });
      if (response.status >= 400) {
        if (response.status === 401 && response.headers.get("www-authenticate")?.includes("claims=")) return response;
        throw refusal(name, response);
      }
      checkBody(name, list, response);
      pages.add(page);
      return response;
    },
  };
  const count: PipelinePolicy = {
    name: "acrAuditCount",
    sendRequest: async (request, next) => {
      const started = performance.now();
      let status: number | undefined;
      try {
        const response = await next(request);
        status = response.status;
        return response;
      } finally {
        connection.meter.request(api, status);
        onTheWire.set(request, (onTheWire.get(request) ?? 0) + performance.now() - started);
      }
    },
  };
  return { answers, count };
}

/** A client that reads answers before this policy does throws those that say no. They are judged here all the same. */
function answerIn(error: unknown): PipelineResponse {
  if (isRestError(error) && error.response !== undefined) return error.response;
  throw error;
}

/** Milliseconds that a request's attempts took; the rest of its time a client spent waiting to retry. */
const onTheWire = new WeakMap<PipelineRequest, number>();
const noticeable = 50; // milliseconds

/** Sends, and waits out throttling that the client itself does not wait out. */
async function withPatience(
  connection: Connection,
  api: Api,
  send: () => Promise<PipelineResponse>,
): Promise<PipelineResponse> {
  const { meter, patience, notBefore, signal } = connection;
  for (let attempt = 0; ; attempt++) {
    const pause = (notBefore.get(api) ?? 0) - Date.now();
    if (pause > 0) {
      meter.wait(api, pause);
      await sleep(pause, undefined, { signal });
    }
    const response = await send();
    const exhausted = response.headers.get("x-ms-user-quota-remaining") === "0";
    if (response.status !== 429 && !exhausted) return response;

    const wait = resetsAfter(response) ?? (response.status === 429 ? patience.throttledDelayInMs * 2 ** attempt : 0);
    notBefore.set(api, Date.now() + wait);
    if (response.status !== 429 || attempt === patience.throttledRetries) return response;
  }
}

/** Milliseconds that an answer says to wait: `Retry-After` in seconds or as a date, or Resource Graph's quota header. */
function resetsAfter({ headers }: PipelineResponse): number | undefined {
  const retryAfter = headers.get("retry-after");
  if (retryAfter !== undefined) {
    const milliseconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
    if (Number.isFinite(milliseconds)) return Math.max(0, milliseconds);
  }
  const quota = /^(\d+):(\d+):(\d+)$/.exec(headers.get("x-ms-user-quota-resets-after") ?? "");
  return quota ? (Number(quota[1]) * 3600 + Number(quota[2]) * 60 + Number(quota[3])) * 1000 : undefined;
}

function checkBody(name: string, list: string | undefined, response: PipelineResponse): void {
  const text = response.bodyAsText ?? "";
  if (text === "") return;
  const type = response.headers.get("content-type") ?? "";
  if (!/\bjson\b/i.test(type))
    throw new AzureError(
      "malformed",
      name,
      `answered ${response.status} with ${type || "no content type"} instead of JSON`,
    );
  const body = parse(name, text);
  if (list !== undefined && !Array.isArray(body[list])) {
    throw new AzureError("malformed", name, `answered ${response.status} without the list \`${list}\``);
  }
}

function parse(name: string, text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new AzureError("malformed", name, "the answer is cut off or not JSON", { cause: error });
  }
}

/** An answer that says no, with what Azure said of it. ARM, Graph and web answer in different shapes. */
function refusal(name: string, response: PipelineResponse): AzureError {
  const { status, headers } = response;
  const requestId = headers.get("x-ms-request-id") ?? headers.get("request-id");
  const said = saidIn(response.bodyAsText ?? "");
  const detail = `answered ${status}${said === "" ? "" : ` ${said}`}`;
  return new AzureError(reasonOf(status), name, detail, { status, requestId });
}

function reasonOf(status: number): GapReason {
  if (status === 401 || status === 403) return "forbidden";
  if (status === 404) return "notFound";
  if (status === 429) return "throttled";
  return status >= 500 || status === 408 ? "unreachable" : "malformed";
}

function saidIn(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return ""; // a refusal need not be JSON; the status says enough
  }
  const outer = Object(body) as ErrorWords;
  const inner = Object(outer.error ?? outer) as ErrorWords;
  const [first] = Array.isArray(inner.details) ? (inner.details as unknown[]) : [];
  const detail = Object(first) as ErrorWords;
  const words = [inner.code ?? inner.Code, inner.message ?? inner.Message, detail.code, detail.message].filter(
    (word) => typeof word === "string",
  );
  return words.join(": ").slice(0, 500);
}

interface ErrorWords {
  readonly error?: unknown;
  readonly code?: unknown;
  readonly Code?: unknown;
  readonly message?: unknown;
  readonly Message?: unknown;
  readonly details?: unknown;
}
