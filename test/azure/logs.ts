import { randomUUID } from "node:crypto";
import { readBearer } from "./bearer.ts";
import { text } from "./body.ts";
import type { Context } from "./context.ts";
import type { AzureRequest, Reply } from "./exchange.ts";
import { queryParameter } from "./exchange.ts";
import { type KqlProblem, runKql } from "./kql/run-kql.ts";
import { logTables, type Timespan, type Workspace } from "./log-tables.ts";
import { typeOf } from "./resource-id.ts";
import type { Tenant } from "./tenant.ts";

/** The query API of Log Analytics: queries of a workspace, or of a resource, are executed over the world's log rows. */
export function logs(request: AzureRequest, context: Context): Reply {
  const hosts = [request.host, "api.loganalytics.io", "api.loganalytics.azure.com"];
  const bearer = readBearer(
    request,
    context,
    hosts.flatMap((host) => [`https://${host}`, `https://${host}/`]),
  );
  if (!bearer.ok) {
    const invalid = { code: "InvalidTokenError", message: "Valid authentication was not provided" };
    return failure(
      bearer.reason === "audience" ? 403 : 401,
      bearer.reason === "audience" ? { ...invalid, code: "InvalidTokenError" } : invalid,
    );
  }
  const [version, ...path] = request.segments;
  if (version !== "v1" || path.at(-1)?.toLowerCase() !== "query")
    return {
      ...failure(404, { code: "PathNotFoundError", message: "The requested path does not exist" }),
      unknownRoute: true,
    };

  const target = path.slice(0, -1);
  const isWorkspace = target[0]?.toLowerCase() === "workspaces";
  const resourceId = isWorkspace ? workspaceId(context.tenant, target[1] ?? "") : `/${target.join("/")}`.toLowerCase();
  if (resourceId === undefined || !isKnown(resourceId, context.tenant))
    return failure(404, {
      code: isWorkspace ? "WorkspaceNotFoundError" : "ResourceNotFoundError",
      message: isWorkspace ? "The workspace could not be found" : `The resource '${resourceId}' could not be found`,
    });
  if (!bearer.caller.mayRead(resourceId))
    return failure(403, {
      code: "InsufficientAccessError",
      message: "The provided credentials have insufficient access to perform the requested operation",
    });
  return answerQuery(request, context, workspaceOf(resourceId, context.tenant));
}

function answerQuery(request: AzureRequest, context: Context, workspace: Workspace): Reply {
  const body = parse(request.body);
  const query = request.method === "GET" ? queryParameter(request.query, "query") : text(body, "query");
  const given = request.method === "GET" ? queryParameter(request.query, "timespan") : text(body, "timespan");
  const now = context.now();
  if (query === undefined || query.trim() === "")
    return badArgument("BadRequest", { code: "QueryEmptyError", message: "Query cannot be empty" });
  const timespan = given === undefined || given === "" ? undefined : readTimespan(given, now);
  if (timespan === null)
    return badArgument("InvalidTimespan", { code: "InvalidTimespan", message: `Could not parse timespan '${given}'` });

  const result = runKql(query, logTables(context.tenant.world, workspace, timespan, now), { now });
  if (!result.ok) return queryProblem(query, result.problems);
  const columns = result.columns.map(({ name, type }) => ({ name, type }));
  return {
    status: 200,
    headers: { "x-ms-request-id": randomUUID() },
    body: { tables: [{ name: "PrimaryResult", columns, rows: result.rows }] },
  };
}

function workspaceId(tenant: Tenant, customerId: string): string | undefined {
  const wanted = customerId.toLowerCase();
  return tenant.world.resources
    .find(
      (resource) =>
        typeOf(resource.id) === "microsoft.operationalinsights/workspaces" &&
        text(resource, "properties", "customerId")?.toLowerCase() === wanted,
    )
    ?.id.toLowerCase();
}

function isKnown(resourceId: string, tenant: Tenant): boolean {
  const subscription = resourceId.split("/")[2] ?? "";
  if (resourceId.split("/").length === 3) return tenant.subscriptions.has(subscription);
  return tenant.items.has(resourceId) || tenant.resourceGroups.has(resourceId);
}

function workspaceOf(resourceId: string, tenant: Tenant): Workspace {
  const customerId = text(tenant.items.get(resourceId), "properties", "customerId");
  return customerId === undefined ? { customerId, resourceId } : { customerId, ...tablesOf(resourceId, tenant) };
}

/** A workspace whose tables the world lists has no others. */
function tablesOf(resourceId: string, tenant: Tenant) {
  const listed = tenant.collections.get(`${resourceId}/tables`);
  return listed ? { tables: new Set(listed.map((table) => text(table, "name") ?? "")) } : {};
}

/** ISO 8601: a duration before now, `from/to`, `from/duration` or `duration/to`. */
function readTimespan(given: string, now: Date): Timespan | null {
  const [first = "", second] = given.split("/");
  const length = duration(first);
  if (second === undefined) return length === undefined ? null : { from: new Date(now.getTime() - length), to: now };
  const from = Date.parse(first);
  const to = Date.parse(second);
  const after = duration(second);
  if (length !== undefined && !Number.isNaN(to)) return { from: new Date(to - length), to: new Date(to) };
  if (Number.isNaN(from)) return null;
  if (after !== undefined) return { from: new Date(from), to: new Date(from + after) };
  return Number.isNaN(to) ? null : { from: new Date(from), to: new Date(to) };
}

function duration(given: string): number | undefined {
  const parts = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/i.exec(
    given,
  );
  if (!parts || given.length < 3) return undefined;
  const [years, months, weeks, days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  const wholeDays = (years ?? 0) * 365 + (months ?? 0) * 30 + (weeks ?? 0) * 7 + (days ?? 0);
  return (((wholeDays * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000;
}

function queryProblem(query: string, problems: readonly KqlProblem[]): Reply {
  const [problem] = problems;
  const before = query.slice(0, problem?.start ?? 0).split("\n");
  const position = { line: before.length, pos: before.at(-1)?.length ?? 0 };
  const token = query.slice(problem?.start ?? 0, (problem?.start ?? 0) + (problem?.length ?? 0)) || "<EOF>";
  const isSyntax = problem?.kind === "syntax";
  const inner = isSyntax
    ? {
        code: "SYN0002",
        message: `Query could not be parsed at '${token}' on line [${position.line},${position.pos}]`,
        ...position,
        token,
      }
    : { code: "SEM0100", message: problem?.message ?? "", ...position, token };
  const reply = badArgument(isSyntax ? "SyntaxError" : "SemanticError", inner);
  // Azure would have run it: the test has to know that only the simulator cannot.
  return problem?.kind === "unsupported" ? { ...reply, unknownRoute: true } : reply;
}

function badArgument(code: string, innererror: object): Reply {
  const message = {
    SyntaxError: "A recognition error occurred in the query.",
    SemanticError: "A semantic error occurred.",
  }[code];
  return failure(400, {
    message: "The request had some invalid properties",
    code: "BadArgumentError",
    correlationId: randomUUID(),
    innererror: message ? { code, message, innererror } : innererror,
  });
}

function failure(status: number, error: object): Reply {
  return { status, headers: { "x-ms-request-id": randomUUID() }, body: { error } };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
