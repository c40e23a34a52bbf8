import { randomUUID } from "node:crypto";
import { apiVersionProblem } from "./arm-reply.ts";
import { child, text } from "./body.ts";
import type { Context } from "./context.ts";
import type { AuthorizedRequest, Reply } from "./exchange.ts";
import { type KqlProblem, runKql } from "./kql/run-kql.ts";
import type { Snapshot } from "./resource-graph-state.ts";
import { type PlacedRow, resourceGraphTables, type Table } from "./resource-graph-tables.ts";
import { scopesAbove } from "./role-index.ts";

/** Resource Graph never answers with more rows at once. */
const mostRows = 1000;

/** `POST /providers/Microsoft.ResourceGraph/resources`: the query is executed over the world. */
export function answerResourceGraph(request: AuthorizedRequest, context: Context): Reply {
  const problem = apiVersionProblem(request, "Microsoft.ResourceGraph", "resources");
  if (problem) return problem;
  if (request.method !== "POST")
    return { ...failure(404, "NotFound", [{ code: "NotFound", message: "Use POST." }]), unknownRoute: true };
  const quota = context.resourceGraph.spend(request.caller.objectId);
  const headers = {
    "x-ms-user-quota-remaining": String(Math.max(0, quota.remaining)),
    "x-ms-user-quota-resets-after": `00:00:0${quota.resetsAfter}`,
    "x-ms-ratelimit-remaining-tenant-resource-requests": String(Math.max(0, quota.remaining)),
    "x-ms-resource-graph-request-duration": "0:00:00:00.0100000",
    "x-ms-tenant-subscription-limit-hit": String(context.tenant.subscriptions.size > 10_000),
  };
  if (quota.remaining < 0) return { ...throttled(), headers };
  const reply = answerQuery(request, context);
  return { ...reply, headers: { ...headers, ...reply.headers } };
}

function answerQuery(request: AuthorizedRequest, context: Context): Reply {
  const body = parse(request.body);
  const query = text(body, "query");
  if (query === undefined || query.trim() === "") return invalid("Query is required.");
  const options = child(body, "options");
  const top = number(child(options, "$top")) ?? context.pageSize ?? mostRows;
  const skip = number(child(options, "$skip")) ?? 0;
  const format = text(options, "resultFormat") ?? "objectArray";
  if (top < 1 || top > mostRows) return invalid(`$top must be between 1 and ${mostRows}.`);

  const identity = JSON.stringify([query, child(body, "subscriptions"), child(body, "managementGroups")]);
  const token = text(options, "$skipToken");
  if (token !== undefined) {
    const position = readToken(token);
    const snapshot = position && context.resourceGraph.find(position.snapshot);
    if (!position || snapshot?.query !== identity) return invalid("The skip token is invalid for this query.");
    return page(snapshot, position.snapshot, position.offset, top, format, true);
  }

  const selection = selectScope(body, request, context);
  if ("status" in selection) return selection;
  const wanted = query.toLowerCase();
  const tables: Record<string, Table> = {};
  for (const [name, table] of resourceGraphTables(context.tenant)) {
    let rows: readonly Record<string, unknown>[] | undefined;
    tables[name] = {
      columns: table.columns,
      get rows() {
        // The interpreter reads the rows of every table; only those that the query can name are worth filtering.
        rows ??= wanted.includes(name) ? table.rows.filter(selection.holds).map(({ row }) => row) : [];
        return rows;
      },
    };
  }
  const result = runKql(query, tables, { now: context.now(), caseInsensitiveTables: true });
  if (!result.ok) return queryProblems(query, result.problems);

  const snapshot: Snapshot = { query: identity, columns: result.columns, rows: result.rows };
  const paged = result.columns.some(({ name }) => name === "id") && !result.facts.limits;
  const more = skip + top < result.rows.length;
  const id = more && paged ? context.resourceGraph.keep(snapshot) : undefined;
  return page(snapshot, id, skip, top, format, paged);
}

function page(
  snapshot: Snapshot,
  id: string | undefined,
  offset: number,
  top: number,
  format: string,
  paged: boolean,
): Reply {
  const rows = snapshot.rows.slice(offset, offset + top);
  const end = offset + rows.length;
  const more = end < snapshot.rows.length;
  const names = snapshot.columns.map(({ name }) => name);
  const data =
    format.toLowerCase() === "table"
      ? { columns: snapshot.columns.map(({ name, type }) => ({ name, type: tableType[type] ?? "string" })), rows }
      : rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])));
  return {
    status: 200,
    body: {
      totalRecords: snapshot.rows.length,
      count: rows.length,
      data,
      facets: [],
      resultTruncated: String(more && !paged),
      ...(more && paged && id !== undefined && { $skipToken: writeToken(id, end) }),
    },
  };
}

const tableType: Readonly<Record<string, string>> = {
  string: "string",
  guid: "string",
  timespan: "string",
  long: "integer",
  int: "integer",
  real: "number",
  decimal: "number",
  bool: "boolean",
  datetime: "datetime",
  dynamic: "object",
};

interface Selection {
  readonly holds: (row: PlacedRow) => boolean;
}

/**
 * Which rows a query sees. Without a scope it is the whole tenant that the caller may read. With subscriptions, what was
 * assigned at a management group or at the tenant root is not there unless `authorizationScopeFilter` asks for it.
 */
function selectScope(body: unknown, { caller }: AuthorizedRequest, { tenant }: Context): Selection | Reply {
  const subscriptions = names(child(body, "subscriptions"));
  const groups = names(child(body, "managementGroups"));
  const filter = text(body, "options", "authorizationScopeFilter")?.toLowerCase() ?? "atscopeandbelow";
  if (subscriptions.length > 0 && groups.length > 0)
    return invalid("Only one of subscriptions and managementGroups can be given.");
  const mayRead = (row: PlacedRow) => caller.readsAll || caller.mayRead(row.scope ?? row.id);
  if (subscriptions.length === 0 && groups.length === 0) return { holds: mayRead };

  const known = subscriptions.filter((id) => tenant.subscriptions.has(id) && caller.sees(id));
  if (subscriptions.length > 0 && known.length === 0)
    return failure(400, "BadRequest", [
      {
        code: "NoValidSubscriptionsInQueryRequest",
        message: `There must be at least one subscription that is eligible to contain resources. Given: '${subscriptions.join(",")}'.`,
      },
    ]);
  const groupId = (name: string) => `/providers/microsoft.management/managementgroups/${name}`;
  const missing = groups.find((name) => !tenant.managementGroups.all.has(name) || !caller.mayRead(groupId(name)));
  if (missing !== undefined)
    return failure(403, "Forbidden", [
      { code: "AccessDenied", message: `Access to management group '${missing}' is denied or it does not exist.` },
    ]);

  const inSubscriptions = new Set([...known, ...groups.flatMap(tenant.managementGroups.subscriptionsBelow)]);
  const inGroups = new Set(groups.flatMap(tenant.managementGroups.groupsBelow));
  const scopes = [...known.map((id) => `/subscriptions/${id}`), ...groups.map(groupId)];
  const above = new Set(scopes.flatMap((scope) => scopesAbove(scope, tenant.managementGroups)));
  const isBelow = (row: PlacedRow) =>
    (row.subscription !== undefined && inSubscriptions.has(row.subscription)) ||
    (row.managementGroup !== undefined && inGroups.has(row.managementGroup));
  const exactly = new Set(scopes);
  // The definitions that Azure has built in are at the tenant root, and yet every management group query shows them.
  const isBuiltIn = (row: PlacedRow) =>
    groups.length > 0 && row.scope === "/" && String(row.row.type).endsWith("roledefinitions");
  const holdsScope = (row: PlacedRow, scope: string): boolean => {
    if (isBuiltIn(row)) return true;
    switch (filter) {
      case "atscopeexact":
        return exactly.has(scope);
      case "atscopeandabove":
        return exactly.has(scope) || above.has(scope);
      case "atscopeaboveandbelow":
        return above.has(scope) || isBelow(row);
      default:
        return isBelow(row);
    }
  };
  return {
    holds: (row) => mayRead(row) && (row.scope === undefined ? isBelow(row) : holdsScope(row, row.scope)),
  };
}

function names(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map((name) => String(name).toLowerCase()) : [];
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Opaque to clients; decoding it helps nobody but a person who looks at a request log. */
function writeToken(snapshot: string, offset: number): string {
  return Buffer.from(JSON.stringify({ $id: "1", RowsToSkip: offset, Snapshot: snapshot })).toString("base64");
}

function readToken(token: string): { readonly snapshot: string; readonly offset: number } | undefined {
  const value = parse(Buffer.from(token, "base64").toString());
  const snapshot = text(value, "Snapshot");
  const offset = number(child(value, "RowsToSkip"));
  return snapshot !== undefined && offset !== undefined ? { snapshot, offset } : undefined;
}

const unknownTable = "KS204";

function queryProblems(query: string, problems: readonly KqlProblem[]): Reply {
  const details = problems.map(({ kind, code, message, start, length }) => {
    const before = query.slice(0, start).split("\n");
    const position = { line: before.length, characterPositionInLine: before.at(-1)?.length ?? 0 };
    const token = query.slice(start, start + length) || "<EOF>";
    const table = code === unknownTable;
    return kind === "syntax"
      ? { code: "ParserFailure", message: "ParserFailure", ...position, token, expectedToken: message }
      : { code: table ? "DisallowedLogicalTableName" : "InvalidQuery", message, ...position, token };
  });
  const reply = failure(400, "BadRequest", [
    {
      code: "InvalidQuery",
      message:
        "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.",
    },
    ...details,
  ]);
  // Azure would have run it: the test has to know that only the simulator cannot.
  return problems.some(({ kind }) => kind === "unsupported") ? { ...reply, unknownRoute: true } : reply;
}

function invalid(message: string): Reply {
  return failure(400, "BadRequest", [{ code: "InvalidPayload", message }]);
}

function throttled(): Reply {
  return failure(429, "RateLimiting", [
    {
      code: "RateLimiting",
      message:
        "Client application has been throttled and should not attempt to repeat the request until an amount of time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help.",
    },
  ]);
}

function failure(status: number, code: string, details: readonly object[]): Reply {
  const message = `Please provide below info when asking for support: timestamp = ${new Date().toISOString()}, correlationId = ${randomUUID()}.`;
  return { status, body: { error: { code, message, details } } };
}
