import { apiVersionProblem, armList, forbidden, notFound, notSupported } from "./arm-reply.ts";
import { azureError } from "./azure-error.ts";
import { child, isBody, text, without } from "./body.ts";
import type { Context } from "./context.ts";
import { type AuthorizedRequest, queryParameter, type Reply } from "./exchange.ts";
import type { ManagementGroup } from "./management-group-tree.ts";
import type { Tenant } from "./tenant.ts";
import type { Body } from "./world.ts";

const type = "Microsoft.Management/managementGroups";

/** `/providers/Microsoft.Management/…`. */
export function answerManagementGroups(request: AuthorizedRequest, context: Context): Reply {
  const { tenant } = context;
  const [, , collection, name, below] = request.segments.map((segment) => segment.toLowerCase());
  const problem = apiVersionProblem(request, "Microsoft.Management", "managementGroups");
  if (problem) return problem;
  if (collection === "getentities" && request.method === "POST") return listEntities(request, context);
  if (collection !== "managementgroups") return notFound(request);
  if (request.method !== "GET") return notSupported(request);

  if (name === undefined) {
    const groups = [...tenant.managementGroups.all.values()].filter(
      (group) => isListed(group, tenant) && request.caller.mayRead(group.id.toLowerCase()),
    );
    return armList(request, context, groups.map(summary), 1000);
  }
  const group = tenant.managementGroups.all.get(name);
  if (!request.caller.mayRead(`/providers/microsoft.management/managementgroups/${name}`))
    return forbidden(request.caller, `${type}/read`, `/providers/${type}/${request.segments[3]}`);
  if (!group) return azureError(404, "NotFound", `The requested resource '${request.segments[3]}' was not found.`);
  if (below === "subscriptions") return armList(request, context, subscriptionsOf(group, tenant), 1000);
  if (below === "descendants") return armList(request, context, descendantsOf(group, tenant), 1000);
  if (below !== undefined) return notFound(request);
  return { status: 200, body: detailed(request, group, tenant) };
}

/** The tenant root group is there in every tenant, but few identities may read it: it is listed when the world names it. */
function isListed(group: ManagementGroup, tenant: Tenant): boolean {
  return group.name.toLowerCase() !== tenant.managementGroups.root || isInWorld(group, tenant);
}

function isInWorld(group: ManagementGroup, tenant: Tenant): boolean {
  return tenant.world.managementGroups.some(({ id }) => id.toLowerCase() === group.id.toLowerCase());
}

function summary(group: ManagementGroup): Body {
  const tenantId = text(group.body, "properties", "tenantId");
  return { id: group.id, type, name: group.name, properties: { tenantId, displayName: group.displayName } };
}

function detailed(request: AuthorizedRequest, group: ManagementGroup, tenant: Tenant): Body {
  const expand = (queryParameter(request.query, "$expand") ?? "").toLowerCase().split(",");
  const recurse = queryParameter(request.query, "$recurse")?.toLowerCase() === "true";
  const properties = child(group.body, "properties");
  const details = child(properties, "details");
  const parent = group.parent === undefined ? undefined : tenant.managementGroups.all.get(group.parent);
  const ancestors = tenant.managementGroups.ancestorsOfGroup(group.name.toLowerCase());
  const chain = ancestors.map(({ name, displayName }) => ({ name, displayName }));
  return {
    id: group.id,
    type,
    name: group.name,
    properties: {
      ...without(isBody(properties) ? properties : {}, "children", "details"),
      details: {
        version: 1,
        updatedTime: "2024-01-15T09:00:00.0000000Z",
        updatedBy: "Azure",
        ...(isBody(details) ? details : {}),
        ...(parent && { parent: { id: parent.id, name: parent.name, displayName: parent.displayName } }),
        ...(expand.includes("path") && { path: [...chain].reverse() }),
        ...(expand.includes("ancestors") && {
          managementGroupAncestors: ancestors.map(({ name }) => name),
          managementGroupAncestorsChain: chain,
        }),
      },
      ...(expand.includes("children") && { children: childrenOf(group, tenant, recurse) }),
    },
  };
}

function childrenOf(group: ManagementGroup, tenant: Tenant, recurse: boolean): readonly Body[] {
  const groups = group.groups.flatMap((name) => tenant.managementGroups.all.get(name) ?? []);
  return [
    ...groups.map((below) => {
      const children = recurse ? childrenOf(below, tenant, recurse) : [];
      const entry = { id: below.id, type, name: below.name, displayName: below.displayName };
      return children.length > 0 ? { ...entry, children } : entry;
    }),
    ...group.subscriptions.map((id) => ({
      id: `/subscriptions/${id}`,
      type: "/subscriptions",
      name: id,
      displayName: text(tenant.subscriptions.get(id), "displayName") ?? id,
    })),
  ];
}

function subscriptionsOf(group: ManagementGroup, tenant: Tenant): readonly Body[] {
  return group.subscriptions.map((id) => ({
    id: `${group.id}/subscriptions/${id}`,
    type: `${type}/subscriptions`,
    name: id,
    properties: {
      tenant: tenant.id,
      displayName: text(tenant.subscriptions.get(id), "displayName") ?? id,
      parent: { id: group.id },
      state: "Active",
    },
  }));
}

function descendantsOf(group: ManagementGroup, tenant: Tenant): readonly Body[] {
  const { all, groupsBelow } = tenant.managementGroups;
  const groups = groupsBelow(group.name.toLowerCase()).flatMap((name) => all.get(name) ?? []);
  return groups.flatMap((below) => [
    ...(below === group ? [] : [entity(below.id, type, below.name, below.displayName, parentIdOf(below, tenant))]),
    ...below.subscriptions.map((id) =>
      entity(
        `/subscriptions/${id}`,
        "/subscriptions",
        id,
        text(tenant.subscriptions.get(id), "displayName") ?? id,
        below.id,
      ),
    ),
  ]);
}

function parentIdOf(group: ManagementGroup, tenant: Tenant): string {
  return tenant.managementGroups.all.get(group.parent ?? "")?.id ?? "";
}

function entity(id: string, kind: string, name: string, displayName: string, parent: string): Body {
  return { id, type: kind, name, properties: { displayName, parent: { id: parent } } };
}

function listEntities(request: AuthorizedRequest, context: Context): Reply {
  const { tenant } = context;
  const root = tenant.managementGroups.all.get(tenant.managementGroups.root);
  const entities = root ? descendantsOf(root, tenant) : [];
  const visible = entities.filter((body) => request.caller.mayRead(String(body.id).toLowerCase()));
  const reply = armList(request, context, visible, 1000);
  return { ...reply, body: { ...(reply.body as Body), count: visible.length } };
}
