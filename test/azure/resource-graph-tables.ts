import { child, isBody, list, text } from "./body.ts";
import { nameOf, parentOf, placeOf, typeOf } from "./resource-id.ts";
import { siteConfig } from "./site-config.ts";
import type { Tenant } from "./tenant.ts";
import type { Body } from "./world.ts";

export type ColumnType = "string" | "long" | "int" | "real" | "bool" | "datetime" | "dynamic" | "guid";

export interface Table {
  readonly columns: Record<string, ColumnType>;
  readonly rows: readonly Record<string, unknown>[];
}

/** A row and where it lives, which decides whether a query's scope holds it. */
export interface PlacedRow {
  readonly row: Record<string, unknown>;
  /** Lower-case id of the resource, for what the caller may read. */
  readonly id: string;
  readonly subscription?: string;
  readonly managementGroup?: string;
  /** For what is assigned at a scope: that scope, in lower case. `/` is the tenant root. */
  readonly scope?: string;
}

export interface PlacedTable {
  readonly columns: Record<string, ColumnType>;
  readonly rows: readonly PlacedRow[];
}

const columns: Record<string, ColumnType> = {
  id: "string",
  name: "string",
  type: "string",
  tenantId: "string",
  kind: "string",
  location: "string",
  resourceGroup: "string",
  subscriptionId: "string",
  managedBy: "string",
  sku: "dynamic",
  plan: "dynamic",
  properties: "dynamic",
  tags: "dynamic",
  identity: "dynamic",
  zones: "dynamic",
  extendedLocation: "dynamic",
  systemData: "dynamic",
  apiVersion: "string",
};

const makers: Readonly<Record<string, (tenant: Tenant) => readonly PlacedRow[]>> = {
  resources: resourceRows,
  resourcecontainers: (tenant) => [...subscriptionRows(tenant), ...groupRows(tenant), ...managementGroupRows(tenant)],
  authorizationresources: (tenant) => [...assignmentRows(tenant), ...definitionRows(tenant)],
  appserviceresources: siteConfigRows,
};

const tables = new WeakMap<Tenant, Map<string, PlacedTable>>();

/** The tables of Resource Graph; their rows are made from the world when a query first wants them. */
export function resourceGraphTables(tenant: Tenant): ReadonlyMap<string, PlacedTable> {
  const known = tables.get(tenant);
  if (known) return known;
  const made = new Map(
    Object.entries(makers).map(([name, make]) => {
      let rows: readonly PlacedRow[] | undefined;
      const table: PlacedTable = {
        columns,
        get rows() {
          rows ??= make(tenant);
          return rows;
        },
      };
      return [name, table];
    }),
  );
  tables.set(tenant, made);
  return made;
}

function rowOf(tenant: Tenant, body: Body, type: string): Record<string, unknown> {
  const id = text(body, "id") ?? "";
  const { subscription, resourceGroup } = placeOf(id);
  const optional = (name: string) => body[name] ?? null;
  return {
    id,
    name: text(body, "name") ?? nameOf(id),
    type,
    tenantId: tenant.id,
    kind: text(body, "kind") ?? "",
    location: text(body, "location")?.toLowerCase().replaceAll(" ", "") ?? "",
    resourceGroup: resourceGroup ?? "",
    subscriptionId: subscription ?? "",
    managedBy: text(body, "managedBy") ?? "",
    sku: optional("sku"),
    plan: optional("plan"),
    properties: optional("properties"),
    tags: optional("tags"),
    identity: optional("identity"),
    zones: optional("zones"),
    extendedLocation: optional("extendedLocation"),
    systemData: optional("systemData"),
    apiVersion: "",
  };
}

function placed(row: Record<string, unknown>, more: Omit<PlacedRow, "row" | "id"> = {}): PlacedRow {
  const id = String(row.id).toLowerCase();
  return { row, id, ...more };
}

function inSubscription(subscription: string): Pick<PlacedRow, "subscription"> {
  return subscription === "" ? {} : { subscription };
}

function resourceRows(tenant: Tenant): PlacedRow[] {
  const rows: PlacedRow[] = [];
  for (const [scope, bodies] of tenant.tracked) {
    if (scope.includes("/resourcegroups/")) continue;
    const subscription = nameOf(scope);
    for (const body of bodies)
      rows.push(placed(rowOf(tenant, body, typeOf(text(body, "id") ?? "")), inSubscription(subscription)));
  }
  return rows;
}

function subscriptionRows(tenant: Tenant): PlacedRow[] {
  return [...tenant.subscriptions].map(([id, body]) => {
    const chain = tenant.managementGroups.ancestorsOfSubscription(id);
    const given = child(body, "properties");
    const properties = {
      state: text(body, "state") ?? "Enabled",
      subscriptionPolicies: child(body, "subscriptionPolicies") ?? {},
      managedByTenants: list(body, "managedByTenants"),
      ...(isBody(given) ? given : {}),
      managementGroupAncestorsChain: chain.map(({ name, displayName }) => ({ name, displayName })),
    };
    const name = text(body, "displayName") ?? id;
    const row = rowOf(tenant, { ...body, name, properties }, "microsoft.resources/subscriptions");
    const tenantId = text(body, "tenantId") ?? tenant.id; // another one where Azure Lighthouse shows it
    return placed({ ...row, tenantId, subscriptionId: text(body, "subscriptionId") ?? id }, { subscription: id });
  });
}

function groupRows(tenant: Tenant): PlacedRow[] {
  return [...tenant.resourceGroups].map(([id, body]) =>
    placed(
      rowOf(tenant, body, "microsoft.resources/subscriptions/resourcegroups"),
      inSubscription(placeOf(id).subscription ?? ""),
    ),
  );
}

function managementGroupRows(tenant: Tenant): PlacedRow[] {
  return [...tenant.managementGroups.all].map(([key, group]) => {
    const chain = tenant.managementGroups.ancestorsOfGroup(key);
    const parent = chain[0];
    const properties = {
      displayName: group.displayName,
      tenantId: tenant.id,
      details: {
        ...(parent && { parent: { id: parent.id, name: parent.name, displayName: parent.displayName } }),
        managementGroupAncestors: chain.map(({ name }) => name),
        managementGroupAncestorsChain: chain.map(({ name, displayName }) => ({ name, displayName })),
      },
    };
    const body = { id: group.id, name: group.name, properties };
    return placed(rowOf(tenant, body, "microsoft.management/managementgroups"), { managementGroup: key });
  });
}

function assignmentRows(tenant: Tenant): PlacedRow[] {
  return tenant.roles.assignments.all.map(({ scope, body }) => {
    const properties = child(body, "properties");
    const definition = nameOf(text(properties, "roleDefinitionId") ?? "");
    const shown = {
      ...body,
      properties: { ...(isBody(properties) ? properties : {}), roleDefinitionId: definitionId(definition) },
    };
    return placed(rowOf(tenant, shown, "microsoft.authorization/roleassignments"), homeOf(scope));
  });
}

/** Where a definition can be assigned is where Resource Graph keeps it: the built-in ones belong to the tenant root. */
function definitionRows(tenant: Tenant): PlacedRow[] {
  return [...tenant.roles.definitions].map(([name, { assignableScopes, body }]) => {
    const id = definitionId(text(body, "name") ?? name);
    const row = rowOf(tenant, { ...body, id }, "microsoft.authorization/roledefinitions");
    const home = homeOf(assignableScopes[0] ?? "/");
    return placed({ ...row, subscriptionId: home.subscription ?? "" }, home);
  });
}

/** Resource Graph writes this id without a scope and with a capital letter that Azure Resource Manager does not have. */
function definitionId(name: string): string {
  return `/providers/Microsoft.Authorization/RoleDefinitions/${name}`;
}

function homeOf(scope: string): Omit<PlacedRow, "row" | "id"> {
  const { subscription, managementGroup } = placeOf(scope);
  return { scope, ...(subscription && { subscription }), ...(managementGroup && { managementGroup }) };
}

function siteConfigRows(tenant: Tenant): PlacedRow[] {
  const rows: PlacedRow[] = [];
  for (const [key, body] of tenant.items) {
    const type = typeOf(key);
    if (!/^microsoft\.web\/sites(\/slots)?$/.test(type)) continue;
    const config = siteConfig(`${key}/config/web`, `${type}/config`, tenant);
    if (!config) continue;
    const own = { ...config, id: text(config, "id") ?? `${text(body, "id")}/config/web`, name: "web" };
    const row = rowOf(tenant, own, `${type}/config/web`);
    rows.push(placed(row, inSubscription(placeOf(parentOf(key)).subscription ?? "")));
  }
  return rows;
}
