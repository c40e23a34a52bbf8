import { randomUUID } from "node:crypto";
import { readBearer } from "./bearer.ts";
import { child, isBody, list, text, without } from "./body.ts";
import type { Context } from "./context.ts";
import type { DirectoryKind } from "./directory.ts";
import { type AuthorizedRequest, type AzureRequest, queryParameter, type Reply } from "./exchange.ts";
import { type GraphEntity, graphEntities } from "./graph-entities.ts";
import { compileFilter } from "./odata-filter.ts";
import { pageOf } from "./paging.ts";
import type { Body } from "./world.ts";

const graphApp = "00000003-0000-0000-c000-000000000000";

/** Microsoft Graph v1.0, as far as applications, service principals and groups go. */
export function graph(request: AzureRequest, context: Context): Reply {
  const origin = `https://${request.host}`;
  const bearer = readBearer(request, context, [origin, `${origin}/`, graphApp]);
  if (!bearer.ok) {
    const message = {
      missing: "Access token is empty.",
      invalid: "CompactToken parsing failed with error code: 80049217",
      expired: "Lifetime validation failed, the token is expired.",
      audience: "Access token validation failure. Invalid audience.",
    }[bearer.reason];
    return graphError(request, 401, "InvalidAuthenticationToken", message);
  }
  const [version, ...path] = request.segments;
  if (version !== "v1.0" && version !== "beta")
    return { ...graphError(request, 400, "BadRequest", "Invalid version."), unknownRoute: true };
  const authorized = { ...request, caller: bearer.caller };
  const action = path.at(-1)?.toLowerCase() ?? "";
  if (secretActions.has(action) && request.method === "POST") return { ...denied(request), secretCall: true };
  if (!bearer.caller.mayReadGraph) return denied(request);
  const reply = answer(authorized, context, path);
  return {
    ...reply,
    headers: {
      "x-ms-resource-unit": "1",
      "odata-version": "4.0",
      "request-id": randomUUID(),
      "client-request-id": String(request.headers["client-request-id"] ?? randomUUID()),
      ...reply.headers,
    },
  };
}

const secretActions = new Set(["addpassword", "addkey", "addtokensigningcertificate"]);

function answer(request: AuthorizedRequest, context: Context, path: readonly string[]): Reply {
  const [head = "", second, third, fourth] = path;
  const alternate = /^(\w+)\(appId='([^']*)'\)$/i.exec(head);
  const collection = (alternate?.[1] ?? head).toLowerCase();
  if (collection === "organization" && second === undefined) return organization(request, context);
  if (collection === "me")
    return graphError(request, 400, "BadRequest", "/me request is only valid with delegated authentication flow.");
  if (collection === "directoryobjects") return directoryObjects(request, context, path);
  const entity = graphEntities[collection];
  if (!entity) return unknown(request, head);
  const rest = alternate ? [second, third] : [third, fourth];
  if (!alternate && second === undefined) return listEntities(request, context, entity);
  if (!alternate && second === "$count") return { status: 200, body: String(bodiesOf(context, entity).length) };
  if (request.method !== "GET" && !/^(get|check)Member/i.test(rest[0] ?? "")) return notSupported(request);

  const key = alternate?.[2] ?? second ?? "";
  const body = alternate ? byAppId(context, entity, key) : byId(context, entity, key);
  if (!body) return objectNotFound(request, key);
  if (rest[0] === undefined) return show(request, context, entity, body);
  return relation(request, context, entity, body, rest[0], rest[1]);
}

function bodiesOf({ tenant }: Context, { collection }: GraphEntity): readonly Body[] {
  return collection === "users" ? tenant.directory.users : tenant.world.graph[collection];
}

function byId({ tenant }: Context, { kind }: GraphEntity, id: string): Body | undefined {
  const found = tenant.directory.objects.get(id.toLowerCase());
  return found?.kind === kind ? found.body : undefined;
}

function byAppId({ tenant }: Context, { collection }: GraphEntity, appId: string): Body | undefined {
  const { directory } = tenant;
  if (collection === "applications") return directory.applications.get(appId.toLowerCase());
  if (collection === "servicePrincipals") return directory.servicePrincipals.get(appId.toLowerCase());
  return undefined;
}

function listEntities(request: AuthorizedRequest, context: Context, entity: GraphEntity): Reply {
  if (request.method !== "GET") return notSupported(request);
  return listBodies(request, context, bodiesOf(context, entity), entity, entity.collection);
}

/** Applies `$filter`, `$orderby`, `$count`, `$select`, `$expand` and paging, in that order. */
function listBodies(
  request: AuthorizedRequest,
  context: Context,
  bodies: readonly Body[],
  entity: GraphEntity | undefined,
  name: string,
  shape: (body: Body) => Body = (body) => (entity ? shapeOf(request, context, entity, body) : body),
): Reply {
  const { query } = request;
  const selectProblem = entity && unknownProperty(request, entity);
  if (selectProblem) return selectProblem;
  const filter = queryParameter(query, "$filter");
  const test = filter === undefined || filter.trim() === "" ? () => true : compileFilter(filter, entity);
  if (typeof test !== "function") return graphError(request, 400, "Request_UnsupportedQuery", test.problem);
  const top = Number(queryParameter(query, "$top") ?? context.pageSize ?? 100);
  if (!Number.isInteger(top) || top < 1 || top > 999)
    return graphError(
      request,
      400,
      "Request_UnsupportedQuery",
      "Invalid page size specified: '$top' must be between 1 and 999 inclusive.",
    );
  if (queryParameter(query, "$search") !== undefined && request.headers.consistencylevel !== "eventual")
    return graphError(
      request,
      400,
      "Request_UnsupportedQuery",
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    );

  const found = searched(ordered(filter === undefined ? bodies : bodies.filter(test), query), query);
  const page = pageOf(request, found, Math.min(top, context.pageSize ?? top));
  if (!page)
    return graphError(
      request,
      400,
      "Directory_ExpiredPageToken",
      "The specified page token value has expired and can no longer be included in your request.",
    );
  const counts =
    queryParameter(query, "$count")?.toLowerCase() === "true" && request.headers.consistencylevel === "eventual";
  return {
    status: 200,
    headers: odata,
    body: {
      "@odata.context": `https://${request.host}/v1.0/$metadata#${name}${selection(query)}`,
      ...(counts && { "@odata.count": found.length }),
      ...(page.nextLink && { "@odata.nextLink": page.nextLink }),
      value: page.value.map(shape),
    },
  };
}

const odata = {
  "content-type": "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
};

function ordered(bodies: readonly Body[], query: URLSearchParams): readonly Body[] {
  const [property, direction] = (queryParameter(query, "$orderby") ?? "").trim().split(/\s+/);
  if (!property) return bodies;
  const sign = direction?.toLowerCase() === "desc" ? -1 : 1;
  const key = (body: Body) => String(body[property] ?? "").toLowerCase();
  return [...bodies].sort((a, b) => (key(a) < key(b) ? -sign : key(a) > key(b) ? sign : 0));
}

/** `$search="displayName:text"`: words of a display name that begin with the text. */
function searched(bodies: readonly Body[], query: URLSearchParams): readonly Body[] {
  const [, property, words] = /^"(\w+):(.*)"$/.exec(queryParameter(query, "$search") ?? "") ?? [];
  if (!property || !words) return bodies;
  const start = words.toLowerCase();
  return bodies.filter((body) =>
    String(body[property] ?? "")
      .toLowerCase()
      .split(/[\s\-_.]+/)
      .some((word, index, all) => word.startsWith(start) || all.slice(index).join(" ").startsWith(start)),
  );
}

function selected(query: URLSearchParams): readonly string[] {
  const select = queryParameter(query, "$select");
  return select === undefined
    ? []
    : select
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "");
}

function selection(query: URLSearchParams): string {
  const names = selected(query);
  return names.length > 0 ? `(${names.join(",")})` : "";
}

function unknownProperty(request: AuthorizedRequest, entity: GraphEntity): Reply | undefined {
  const name = selected(request.query).find((property) => !(property in entity.defaults) && property !== "*");
  if (name === undefined) return undefined;
  return graphError(
    request,
    400,
    "BadRequest",
    `Parsing OData Select and Expand failed: Could not find a property named '${name}' on type 'microsoft.graph.${entity.kind}'.`,
  );
}

/** What Graph shows of an object: relations only when expanded, and the properties that the world left out as `null`. */
function shapeOf(request: AuthorizedRequest, context: Context, entity: GraphEntity, body: Body): Body {
  const names = selected(request.query);
  const own = { ...entity.defaults, ...entity.derive(body), ...without(body, ...entity.relations) };
  const all = withoutSecrets(own);
  const shown =
    names.length === 0 || names.includes("*")
      ? without(all, ...entity.onlySelected)
      : Object.fromEntries(names.map((name) => [name, all[name] ?? null]));
  const expand = (queryParameter(request.query, "$expand") ?? "").split(/[(,]/)[0]?.trim();
  if (!expand || !entity.relations.includes(expand)) return shown;
  return { ...shown, [expand]: related(context, body, expand) };
}

/** Graph never gives the value of a credential back. */
function withoutSecrets(body: Body): Body {
  const credentials = (name: string, secret: string) =>
    list(body, name).map((credential) => (isBody(credential) ? { ...credential, [secret]: null } : credential));
  if (!Array.isArray(body.passwordCredentials)) return body;
  return {
    ...body,
    passwordCredentials: credentials("passwordCredentials", "secretText"),
    ...(Array.isArray(body.keyCredentials) && { keyCredentials: credentials("keyCredentials", "key") }),
  };
}

function show(request: AuthorizedRequest, context: Context, entity: GraphEntity, body: Body): Reply {
  const problem = unknownProperty(request, entity);
  if (problem) return problem;
  const shown = shapeOf(request, context, entity, body);
  const metadata = `https://${request.host}/v1.0/$metadata#${entity.collection}${selection(request.query)}/$entity`;
  return { status: 200, headers: odata, body: { "@odata.context": metadata, ...shown } };
}

function related({ tenant }: Context, body: Body, name: string): readonly Body[] {
  const id = text(body, "id")?.toLowerCase() ?? "";
  const { directory } = tenant;
  const groups = (ids: readonly string[]) =>
    ids.flatMap((group) => {
      const found = directory.objects.get(group);
      return found ? [{ "@odata.type": "#microsoft.graph.group", ...without(found.body, "members", "owners") }] : [];
    });
  switch (name) {
    case "members":
      return directory.membersOf(id);
    case "transitiveMembers":
      return directory.transitiveMembersOf(id);
    case "memberOf":
      return groups(directory.groupsOf(id));
    case "transitiveMemberOf":
      return groups(directory.transitiveGroupsOf(id));
    default:
      return list(child(body), name).filter(isBody) as readonly Body[];
  }
}

function relation(
  request: AuthorizedRequest,
  context: Context,
  entity: GraphEntity,
  body: Body,
  name: string,
  cast: string | undefined,
): Reply {
  const { tenant } = context;
  const id = text(body, "id")?.toLowerCase() ?? "";
  if (/^getMember(Groups|Objects)$/i.test(name)) {
    const value = tenant.directory
      .transitiveGroupsOf(id)
      .map((group) => text(tenant.directory.objects.get(group)?.body, "id") ?? group);
    return {
      status: 200,
      headers: odata,
      body: { "@odata.context": `https://${request.host}/v1.0/$metadata#Collection(Edm.String)`, value },
    };
  }
  const known = entity.relations.find((relationName) => relationName.toLowerCase() === name.toLowerCase());
  if (!known) return unknown(request, name);
  const bodies = related(context, body, known);
  if (known === "federatedIdentityCredentials") return federated(request, context, entity, body, bodies, cast);
  const wanted = cast && /^microsoft\.graph\.(\w+)$/i.exec(cast)?.[1]?.toLowerCase();
  if (cast === "$count") return { status: 200, body: String(bodies.length) };
  if (cast && !wanted) return unknown(request, cast);
  const kindOf = (member: Body) => text(member, "@odata.type")?.split(".").at(-1) ?? "";
  const matching = wanted ? bodies.filter((member) => kindOf(member).toLowerCase() === wanted) : bodies;
  const metadata = wanted ? `${wanted}s` : "directoryObjects";
  return listBodies(request, context, matching, undefined, metadata, (member) => {
    const kind = kindOf(member) as DirectoryKind;
    const memberEntity = Object.values(graphEntities).find((candidate) => candidate.kind === kind);
    const shown = memberEntity
      ? shapeOf(request, context, memberEntity, without(member, "@odata.type"))
      : selectFrom(member, request.query);
    return wanted ? without(shown, "@odata.type") : { "@odata.type": `#microsoft.graph.${kind}`, ...shown };
  });
}

function selectFrom(body: Body, query: URLSearchParams): Body {
  const names = selected(query);
  return names.length === 0 ? body : Object.fromEntries(names.map((name) => [name, body[name] ?? null]));
}

function federated(
  request: AuthorizedRequest,
  context: Context,
  entity: GraphEntity,
  body: Body,
  bodies: readonly Body[],
  key: string | undefined,
): Reply {
  const name = `${entity.collection}('${text(body, "id")}')/federatedIdentityCredentials`;
  if (key === undefined) return listBodies(request, context, bodies, undefined, name);
  const found = bodies.find((credential) => text(credential, "id") === key || text(credential, "name") === key);
  if (!found) return objectNotFound(request, key);
  return {
    status: 200,
    headers: odata,
    body: { "@odata.context": `https://${request.host}/v1.0/$metadata#${name}/$entity`, ...found },
  };
}

function directoryObjects(request: AuthorizedRequest, context: Context, path: readonly string[]): Reply {
  const { objects } = context.tenant.directory;
  const [, second] = path;
  if (/getByIds$/i.test(second ?? "") && request.method === "POST") {
    const body = parse(request.body);
    const types = list(body, "types").map((type) => String(type).toLowerCase());
    const ids = list(body, "ids").map((id) => String(id).toLowerCase());
    if (ids.length > 1000)
      return graphError(request, 400, "Request_BadRequest", "Too many ids: at most 1000 are allowed.");
    const value = ids.flatMap((id) => {
      const found = objects.get(id);
      const wanted =
        types.length === 0 || types.includes(found?.kind.toLowerCase() ?? "") || types.includes("directoryobject");
      const entity = Object.values(graphEntities).find(({ kind }) => kind === found?.kind);
      if (!found || !wanted || !entity) return [];
      return [{ "@odata.type": `#microsoft.graph.${found.kind}`, ...shapeOf(request, context, entity, found.body) }];
    });
    return {
      status: 200,
      headers: odata,
      body: { "@odata.context": `https://${request.host}/v1.0/$metadata#directoryObjects`, value },
    };
  }
  const found = objects.get(second?.toLowerCase() ?? "");
  const entity = Object.values(graphEntities).find(({ kind }) => kind === found?.kind);
  if (!found || !entity || path.length > 2) return objectNotFound(request, second ?? "");
  const shown = shapeOf(request, context, entity, found.body);
  return { status: 200, headers: odata, body: { "@odata.type": `#microsoft.graph.${found.kind}`, ...shown } };
}

function organization(request: AuthorizedRequest, { tenant }: Context): Reply {
  const domain = {
    capabilities: "Email, OfficeCommunicationsOnline",
    isDefault: true,
    isInitial: true,
    name: tenant.domain,
    type: "Managed",
  };
  const value = [
    {
      id: tenant.id,
      displayName: tenant.displayName,
      tenantType: "AAD",
      countryLetterCode: "NL",
      verifiedDomains: [domain],
    },
  ];
  return {
    status: 200,
    headers: odata,
    body: { "@odata.context": `https://${request.host}/v1.0/$metadata#organization`, value },
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function unknown(request: AzureRequest, name: string): Reply {
  return {
    ...graphError(request, 400, "BadRequest", `Resource not found for the segment '${name}'.`),
    unknownRoute: true,
  };
}

function notSupported(request: AzureRequest): Reply {
  return {
    ...graphError(request, 405, "Request_BadRequest", `Specified HTTP method is not allowed for the request target.`),
    unknownRoute: true,
  };
}

function objectNotFound(request: AzureRequest, id: string): Reply {
  return graphError(
    request,
    404,
    "Request_ResourceNotFound",
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

function denied(request: AzureRequest): Reply {
  return graphError(request, 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
}

export function graphError(request: AzureRequest, status: number, code: string, message: string): Reply {
  const id = randomUUID();
  const clientId = String(request.headers["client-request-id"] ?? id);
  const innerError = { date: new Date().toISOString().slice(0, 19), "request-id": id, "client-request-id": clientId };
  return {
    status,
    headers: { "request-id": id, "client-request-id": clientId, "content-type": "application/json" },
    body: { error: { code, message, innerError } },
  };
}
