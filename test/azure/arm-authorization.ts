import { apiVersionOf, apiVersionProblem, armList, forbidden, notSupported } from "./arm-reply.ts";
import { azureError } from "./azure-error.ts";
import { isBody, text, without } from "./body.ts";
import type { Context } from "./context.ts";
import { type AuthorizedRequest, queryParameter, type Reply } from "./exchange.ts";
import { isWithin, nameOf, placeOf } from "./resource-id.ts";
import { type RoleDefinition, type Scoped, scopesAbove } from "./role-index.ts";
import type { Tenant } from "./tenant.ts";
import type { Body } from "./world.ts";

const collections: Readonly<Record<string, string>> = {
  roleassignments: "roleAssignments",
  denyassignments: "denyAssignments",
  roledefinitions: "roleDefinitions",
  permissions: "permissions",
  roleeligibilityscheduleinstances: "roleEligibilityScheduleInstances",
};

/**
 * Role assignments, active or eligible, deny assignments and role definitions at any scope; `undefined` for what else the
 * namespace has.
 */
export function answerAuthorization(request: AuthorizedRequest, context: Context, provider: number): Reply | undefined {
  const type = collections[request.segments[provider + 2]?.toLowerCase() ?? ""];
  if (!type) return undefined;
  if (request.method !== "GET" && request.method !== "HEAD") return notSupported(request);
  const problem = apiVersionProblem(request, "Microsoft.Authorization", type);
  if (problem) return problem;

  const given = `/${request.segments.slice(0, provider).join("/")}`;
  const scope = given.toLowerCase();
  const names = request.segments.slice(provider + 3);
  if (names.length > 1) return undefined;
  const name = names[0]?.toLowerCase();
  if (!request.caller.mayRead(scope) && type !== "roleDefinitions")
    return forbidden(request.caller, `Microsoft.Authorization/${type}/read`, given);
  const scopeProblem = checkScope(scope, given, context.tenant);
  if (scopeProblem) return scopeProblem;

  switch (type) {
    case "roleDefinitions":
      return name ? showDefinition(context, scope, name) : listDefinitions(request, context, scope);
    case "permissions":
      return armList(request, context, [{ actions: ["*/read"], notActions: [] }], 100);
    case "denyAssignments":
      return name ? showDeny(context, scope, name) : listDeny(request, context, scope);
    case "roleEligibilityScheduleInstances":
      return name ? showEligible(context, scope, name) : listEligible(request, context, scope);
    default:
      return name ? showAssignment(request, context, scope, name) : listAssignments(request, context, scope);
  }
}

function checkScope(scope: string, given: string, tenant: Tenant): Reply | undefined {
  const { resourceGroup, managementGroup, subscription } = placeOf(scope);
  if (managementGroup && !tenant.managementGroups.all.has(managementGroup))
    return azureError(404, "ManagementGroupNotFound", `The management group '${managementGroup}' cannot be found.`);
  if (!resourceGroup) return undefined;
  const group = `/subscriptions/${subscription}/resourcegroups/${resourceGroup}`;
  if (tenant.resourceGroups.has(group)) return undefined;
  return azureError(404, "ResourceGroupNotFound", `Resource group '${given.split("/")[4]}' could not be found.`);
}

function listAssignments(request: AuthorizedRequest, context: Context, scope: string): Reply {
  const { assignments, reachedBy } = context.tenant.roles;
  const filter = readFilter(queryParameter(request.query, "$filter") ?? "");
  if (!filter)
    return azureError(
      400,
      "UnsupportedQuery",
      `The filter '${queryParameter(request.query, "$filter")}' is not supported. Supported filters are either 'atScope()' or 'principalId eq '{value}' or assignedTo('{value}')'.`,
    );
  const found = [
    ...assignments.above(scope),
    ...assignments.at(scope),
    ...(filter.atScope ? [] : assignments.below(scope)),
  ];
  const principals = filter.assignedTo ? reachedBy(filter.assignedTo) : undefined;
  const matching = found.filter(({ body }) => {
    const principal = text(body, "properties", "principalId")?.toLowerCase() ?? "";
    return (!filter.principalId || principal === filter.principalId) && (!principals || principals.has(principal));
  });
  return armList(request, context, bodiesOf(matching), 500, {}, (body) =>
    assignmentAt(scope, body, apiVersionOf(request)),
  );
}

function showAssignment(request: AuthorizedRequest, context: Context, scope: string, name: string): Reply {
  const prefix = scope === "/" ? "" : scope;
  const id = `${prefix}/providers/microsoft.authorization/roleassignments/${name}`;
  const { assignments } = context.tenant.roles;
  const found =
    assignments.byId.get(id) ?? assignments.at(scope).find(({ body }) => text(body, "name")?.toLowerCase() === name);
  if (found) return { status: 200, body: assignmentAt(scope, found.body, apiVersionOf(request)) };
  return azureError(404, "RoleAssignmentNotFound", `The role assignment '${name}' is not found.`);
}

/**
 * Read inside a subscription, an inherited assignment too names its role as that subscription's. Conditions came with
 * api-version 2020-03-01-preview, the type of the principal with 2018-09-01-preview.
 */
function assignmentAt(scope: string, body: Body, version: string): Body {
  const { properties } = body;
  if (!isBody(properties)) return body;
  const role = text(properties, "roleDefinitionId") ?? "";
  const { subscription } = placeOf(scope);
  const roleDefinitionId = subscription
    ? `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${nameOf(role)}`
    : role;
  const newer = ["condition", "conditionVersion", "description", "delegatedManagedIdentityResourceId"];
  const hidden =
    version >= "2020-03-01-preview" ? [] : version < "2018-09-01-preview" ? [...newer, "principalType"] : newer;
  return { ...body, properties: { ...without(properties, ...hidden), roleDefinitionId } };
}

interface AssignmentFilter {
  readonly atScope: boolean;
  readonly principalId: string | undefined;
  readonly assignedTo: string | undefined;
}

function readFilter(filter: string): AssignmentFilter | undefined {
  const read = { atScope: false, principalId: undefined, assignedTo: undefined } as {
    atScope: boolean;
    principalId: string | undefined;
    assignedTo: string | undefined;
  };
  for (const part of filter.trim() === "" ? [] : filter.trim().split(/\s+and\s+/i)) {
    const principal = /^principalId\s+eq\s+'([^']*)'$/i.exec(part)?.[1];
    const assigned = /^assignedTo\('([^']*)'\)$/i.exec(part)?.[1];
    if (/^atScope\(\)$/i.test(part)) read.atScope = true;
    else if (principal) read.principalId = principal.toLowerCase();
    else if (assigned) read.assignedTo = assigned.toLowerCase();
    else return undefined;
  }
  return read;
}

function listDeny(request: AuthorizedRequest, context: Context, scope: string): Reply {
  const { denyAssignments, reachedBy } = context.tenant.roles;
  const filter = queryParameter(request.query, "$filter") ?? "";
  const principal =
    /^(?:atScope\(\)\s+and\s+)?(principalId eq|gdprExportPrincipalId eq|assignedTo\()\s*'([^']*)'\)?$/i.exec(filter);
  const name = /^denyAssignmentName\s+eq\s+'([^']*)'$/i.exec(filter)?.[1];
  if (filter !== "" && !principal && name === undefined && !/^atScope\(\)$/i.test(filter))
    return azureError(400, "UnsupportedQuery", `The filter '${filter}' is not supported.`);
  const atScope = /atScope\(\)/i.test(filter);
  const found = [
    ...denyAssignments.above(scope),
    ...denyAssignments.at(scope),
    ...(atScope ? [] : denyAssignments.below(scope)),
  ];
  const wanted = principal?.[2];
  const ids = wanted && principal?.[1]?.startsWith("assignedTo") ? reachedBy(wanted) : new Set([wanted?.toLowerCase()]);
  const everyone = "00000000-0000-0000-0000-000000000000";
  const matching = found.filter(({ body }) => {
    if (name !== undefined) return text(body, "properties", "denyAssignmentName") === name;
    if (wanted === undefined) return true;
    const principals = (body.properties as { principals?: readonly Body[] } | undefined)?.principals ?? [];
    return principals.some(
      (entry) => text(entry, "id") === everyone || ids.has(text(entry, "id")?.toLowerCase() ?? ""),
    );
  });
  return armList(request, context, bodiesOf(matching), 500);
}

function showDeny(context: Context, scope: string, name: string): Reply {
  const prefix = scope === "/" ? "" : scope;
  const found = context.tenant.roles.denyAssignments.byId.get(
    `${prefix}/providers/microsoft.authorization/denyassignments/${name}`,
  );
  if (found) return { status: 200, body: found.body };
  return azureError(404, "DenyAssignmentNotFound", `The deny assignment '${name}' is not found.`);
}

/**
 * Unverified: that without `atScope()` the list of a scope holds those of the scopes above and below it, as that of role
 * assignments does.
 */
function listEligible(request: AuthorizedRequest, context: Context, scope: string): Reply {
  const { eligibilities, reachedBy } = context.tenant.roles;
  const given = queryParameter(request.query, "$filter") ?? "";
  const own = /^asTarget\(\)$/i.test(given);
  const filter = readFilter(own ? `assignedTo('${request.caller.objectId}')` : given);
  if (!filter) return azureError(400, "UnsupportedQuery", `The filter '${given}' is not supported.`);
  const found = [
    ...eligibilities.above(scope),
    ...eligibilities.at(scope),
    ...(filter.atScope ? [] : eligibilities.below(scope)),
  ];
  const principals = filter.assignedTo ? reachedBy(filter.assignedTo) : undefined;
  const matching = found.filter(({ body }) => {
    const principal = text(body, "properties", "principalId")?.toLowerCase() ?? "";
    return (!filter.principalId || principal === filter.principalId) && (!principals || principals.has(principal));
  });
  return armList(request, context, bodiesOf(matching), 100);
}

function showEligible(context: Context, scope: string, name: string): Reply {
  const prefix = scope === "/" ? "" : scope;
  const found = context.tenant.roles.eligibilities.byId.get(
    `${prefix}/providers/microsoft.authorization/roleeligibilityscheduleinstances/${name}`,
  );
  if (found) return { status: 200, body: found.body };
  return azureError(404, "RoleEligibilityScheduleInstanceNotFound", `The instance '${name}' is not found.`);
}

function bodiesOf(entries: readonly Scoped[]): readonly Body[] {
  return entries.map(({ body }) => body);
}

function listDefinitions(request: AuthorizedRequest, context: Context, scope: string): Reply {
  const filter = queryParameter(request.query, "$filter") ?? "";
  const parts = filter.trim() === "" ? [] : filter.trim().split(/\s+and\s+/i);
  const below = parts.some((part) => /^atScopeAndBelow\(\)$/i.test(part));
  const equals = parts
    .filter((part) => !/^atScope(AndBelow)?\(\)$/i.test(part))
    .map((part) => /^(roleName|type)\s+eq\s+'((?:[^']|'')*)'$/i.exec(part));
  if (equals.includes(null)) return azureError(400, "UnsupportedQuery", `The filter '${filter}' is not supported.`);

  const reach = new Set([scope, ...scopesAbove(scope, context.tenant.managementGroups)]);
  const found = [...context.tenant.roles.definitions.values()].filter(
    (definition) =>
      isAssignable(definition, reach, scope, below) &&
      equals.every((match) => {
        const property = match?.[1]?.toLowerCase() === "type" ? "type" : "roleName";
        const value = match?.[2]?.replaceAll("''", "'").toLowerCase();
        return text(definition.body, "properties", property)?.toLowerCase() === value;
      }),
  );
  return armList(
    request,
    context,
    found.map(({ body }) => body),
    1000,
    {},
    (body) => definitionAt(scope, body),
  );
}

/** A definition is listed at a scope that one of its assignable scopes covers. */
function isAssignable(definition: RoleDefinition, reach: ReadonlySet<string>, scope: string, below: boolean): boolean {
  if (definition.builtIn) return true;
  return definition.assignableScopes.some(
    (assignable) => reach.has(assignable) || (below && isWithin(assignable, scope)),
  );
}

function showDefinition(context: Context, scope: string, name: string): Reply {
  const found = context.tenant.roles.definitions.get(name);
  if (found) return { status: 200, body: definitionAt(scope, found.body) };
  return azureError(
    404,
    "RoleDefinitionDoesNotExist",
    `The specified role definition with ID '${name.replaceAll("-", "")}' does not exist.`,
  );
}

/** Azure writes the subscription into the id of a definition that is read inside one. */
function definitionAt(scope: string, body: Body): Body {
  const { subscription } = placeOf(scope);
  const prefix = subscription ? `/subscriptions/${subscription}` : "";
  const name = text(body, "name") ?? text(body, "id")?.split("/").at(-1);
  return { ...body, id: `${prefix}/providers/Microsoft.Authorization/roleDefinitions/${name}` };
}
