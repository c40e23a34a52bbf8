import { azureError } from "./azure-error.ts";
import { isBody } from "./body.ts";
import { type Api, type AzureRequest, type Reply, withQueryParameter } from "./exchange.ts";
import { graphError } from "./graph.ts";
import type { Body } from "./world.ts";

/** Which requests go wrong. A string path matches anywhere, ignoring case. */
export interface FaultMatch {
  readonly api?: Api;
  readonly method?: string;
  readonly path?: string | RegExp;
  readonly host?: string;
  /** How many requests go wrong before it is over; without it, until disposed. */
  readonly times?: number;
  /** How many matching requests go well first. */
  readonly after?: number;
}

export type Fault =
  | { readonly kind: "forbidden" }
  /** As a cloud answers that does not have the API version yet. */
  | { readonly kind: "badApiVersion" }
  | { readonly kind: "notFound" }
  /** Without `retryAfter` (in seconds) there is no `Retry-After` header. */
  | { readonly kind: "throttled"; readonly retryAfter?: number }
  | { readonly kind: "serverError"; readonly status?: 500 | 502 | 503 | 504; readonly retryAfter?: number }
  | { readonly kind: "reset" }
  /** The service does what it was asked for, and the connection ends before it says so. */
  | { readonly kind: "answerLost" }
  | { readonly kind: "slow"; readonly milliseconds: number }
  /** The body ends in the middle although its length was announced. */
  | { readonly kind: "truncated" }
  /** 200 with a web page, as a captive proxy or a portal sends it. */
  | { readonly kind: "html" }
  /** A list is followed by one more page, which is empty. */
  | { readonly kind: "emptyLastPage" }
  | { readonly kind: "foreignNextLink"; readonly host?: string }
  | { readonly kind: "selfNextLink" }
  /** Ids, GUIDs and the words of closed lists come back in another case. */
  | { readonly kind: "changedCase" }
  /** A dotted path, below each item of a list. */
  | { readonly kind: "dropProperty"; readonly path: string }
  /** Log Analytics gives some of the rows and an error beside them. */
  | { readonly kind: "partialResult" }
  /** Resource Graph leaves rows out, says so and gives no token. */
  | { readonly kind: "resultTruncated" };

/** A fault, or who decides for each matching request whether it meets one. */
export type FaultOrChoice = Fault | ((request: AzureRequest) => Fault | undefined);

export interface Faults {
  readonly add: (match: FaultMatch, fault: FaultOrChoice) => Disposable;
  readonly clear: () => void;
  /** The faults that this request meets, each counted once. */
  readonly meet: (api: Api, request: AzureRequest) => readonly Fault[];
}

interface Entry {
  readonly match: FaultMatch;
  readonly fault: FaultOrChoice;
  seen: number;
}

export function createFaults(): Faults {
  const entries = new Set<Entry>();
  return {
    add: (match, fault) => {
      const entry = { match, fault, seen: 0 };
      entries.add(entry);
      return { [Symbol.dispose]: () => void entries.delete(entry) };
    },
    clear: () => entries.clear(),
    meet: (api, request) => {
      if (entries.size === 0) return [];
      return [...entries]
        .filter((entry) => isMet(entry, api, request))
        .map(({ fault }) => (typeof fault === "function" ? fault(request) : fault))
        .filter((fault) => fault !== undefined);
    },
  };
}

function isMet(entry: Entry, api: Api, request: AzureRequest): boolean {
  const { match } = entry;
  if (match.api !== undefined && match.api !== api) return false;
  if (match.method !== undefined && match.method.toUpperCase() !== request.method) return false;
  if (match.host !== undefined && match.host.toLowerCase() !== request.host.toLowerCase()) return false;
  if (typeof match.path === "string" && !request.path.toLowerCase().includes(match.path.toLowerCase())) return false;
  if (match.path instanceof RegExp && !match.path.test(request.path)) return false;
  const index = entry.seen++ - (match.after ?? 0);
  return index >= 0 && index < (match.times ?? Number.POSITIVE_INFINITY);
}

/** The answer that a fault gives in place of the service's own. */
export function replyOfFault(fault: Fault, api: Api, request: AzureRequest): Reply | undefined {
  switch (fault.kind) {
    case "badApiVersion":
      return failure(
        api,
        request,
        400,
        "InvalidResourceType",
        "Request_BadRequest",
        "The api-version of the request is not supported.",
      );
    case "forbidden":
      return failure(
        api,
        request,
        403,
        "AuthorizationFailed",
        "Authorization_RequestDenied",
        "does not have authorization to perform this action",
      );
    case "notFound":
      return failure(api, request, 404, "ResourceNotFound", "Request_ResourceNotFound", "was not found");
    case "throttled":
      return withRetryAfter(
        failure(api, request, 429, "TooManyRequests", "TooManyRequests", "The request is being throttled."),
        fault.retryAfter,
      );
    case "serverError":
      return withRetryAfter(
        failure(
          api,
          request,
          fault.status ?? 500,
          "InternalServerError",
          "UnknownError",
          "The server encountered an internal error. Please retry the request.",
        ),
        fault.retryAfter,
      );
    case "html":
      return {
        status: 200,
        headers: { "content-type": "text/html; charset=utf-8" },
        body: "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Network sign-in required</h1></body></html>",
      };
    default:
      return undefined;
  }
}

function failure(
  api: Api,
  request: AzureRequest,
  status: number,
  code: string,
  graphCode: string,
  message: string,
): Reply {
  const full = status === 403 || status === 404 ? `The client or resource of '${request.path}' ${message}.` : message;
  if (api === "graph") return graphError(request, status, graphCode, full);
  if (api === "resourceGraph" && status === 429) return azureError(429, "RateLimiting", full);
  if (api === "registry")
    return { status, body: { errors: [{ code: status === 403 ? "DENIED" : "UNKNOWN", message: full }] } };
  return azureError(status, status === 503 ? "ServerBusy" : code, full);
}

function withRetryAfter(reply: Reply, seconds: number | undefined): Reply {
  return seconds === undefined ? reply : { ...reply, headers: { ...reply.headers, "retry-after": String(seconds) } };
}

const emptyPage = "TheLastPageIsEmpty";

/** The empty page that `emptyLastPage` promised. */
export function emptyLastPage(request: AzureRequest, api: Api): Reply | undefined {
  if (api === "resourceGraph")
    return request.body.includes(emptyPage)
      ? { status: 200, body: { totalRecords: 0, count: 0, data: [], facets: [], resultTruncated: "false" } }
      : undefined;
  for (const [name, value] of request.query)
    if (value === emptyPage && name.toLowerCase() === "$skiptoken") return { status: 200, body: { value: [] } };
  return undefined;
}

/** The service's answer after the fault has been at it. */
export function damage(reply: Reply, fault: Fault, api: Api, request: AzureRequest): Reply {
  if (!isBody(reply.body) || reply.status >= 300) return reply;
  const { body } = reply;
  switch (fault.kind) {
    case "changedCase":
      return { ...reply, body: changeCase(body, "") };
    case "dropProperty":
      return { ...reply, body: drop(structuredClone(body) as Record<string, unknown>, fault.path.split(".")) };
    case "resultTruncated":
      return api === "resourceGraph" ? { ...reply, body: truncateRows(body) } : reply;
    case "partialResult":
      return api === "logs" ? { ...reply, body: { ...body, error: partialError } } : reply;
    case "emptyLastPage":
      if (emptyLastPage(request, api)) return reply; // this is the empty page
      return withNext(reply, body, api, withQueryParameter(request, "$skiptoken", emptyPage), emptyPage, false);
    case "selfNextLink":
      return withNext(
        reply,
        body,
        api,
        `https://${request.host}${request.path}?${request.query}`,
        sameToken(request, body),
        true,
      );
    case "foreignNextLink": {
      const host = fault.host ?? "evil.example";
      return withNext(reply, body, api, `https://${host}${request.path}?${request.query}`, undefined, true);
    }
    default:
      return reply;
  }
}

const partialError = {
  code: "PartialError",
  message: "There were some errors when processing your query.",
  details: [{ code: "EngineError", message: "The results of this query exceed the set limit." }],
};

function withNext(
  reply: Reply,
  body: Body,
  api: Api,
  link: string,
  token: string | undefined,
  replace: boolean,
): Reply {
  const isList = Array.isArray(body.value) || Array.isArray(body.data);
  const name = api === "resourceGraph" ? "$skipToken" : api === "graph" ? "@odata.nextLink" : "nextLink";
  if (!isList || (!replace && name in body)) return reply;
  const next = api === "resourceGraph" ? token : link;
  return next === undefined ? reply : { ...reply, body: { ...body, [name]: next } };
}

/** A token for the same page again: the one that was sent, or else the one this page would have led to. */
function sameToken(request: AzureRequest, body: Body): string | undefined {
  const sent = /"\$skipToken"\s*:\s*"([^"]+)"/.exec(request.body)?.[1];
  const next = body.$skipToken;
  return sent ?? (typeof next === "string" ? next : undefined);
}

function truncateRows(body: Body): Body {
  const data = Array.isArray(body.data) ? body.data : [];
  const half = data.slice(0, Math.ceil(data.length / 2));
  const { $skipToken: _, ...rest } = body;
  return { ...rest, data: half, count: half.length, resultTruncated: "true" };
}

function drop(body: Record<string, unknown>, path: readonly string[]): Body {
  const items = Array.isArray(body.value) ? body.value : Array.isArray(body.data) ? body.data : [body];
  for (const item of items) {
    let holder: unknown = item;
    for (const name of path.slice(0, -1)) holder = isBody(holder) ? holder[name] : undefined;
    if (isBody(holder)) delete (holder as Record<string, unknown>)[path.at(-1) ?? ""];
  }
  return body;
}

const closedLists = new Set(
  (
    "type status provisioningState publicNetworkAccess roleAssignmentMode defaultAction action networkRuleBypassOptions " +
    "zoneRedundancy principalType servicePrincipalType tier sku skuName resourceType state actionsRequired"
  ).split(" "),
);
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function changeCase(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((item) => changeCase(item, name));
  if (isBody(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, changeCase(inner, key)]));
  if (typeof value !== "string") return value;
  if (/^\/(subscriptions|providers)\//i.test(value) || guid.test(value)) return flip(value);
  return closedLists.has(name) ? flip(value) : value;
}

/** Lower case becomes upper case, and what has an upper-case letter becomes lower case, so that it always changes. */
function flip(value: string): string {
  return value === value.toLowerCase() ? value.toUpperCase() : value.toLowerCase();
}
