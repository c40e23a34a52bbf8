import { list, text } from "./body.ts";
import { builtInRoles } from "./built-in-roles.ts";
import type { Directory } from "./directory.ts";
import type { ManagementGroups } from "./management-group-tree.ts";
import { nameOf, placeOf } from "./resource-id.ts";
import type { Body, World } from "./world.ts";

/** Something that is made at a scope and inherited below it. */
export interface Scoped {
  /** In lower case; `/` is the tenant root. */
  readonly scope: string;
  readonly body: Body;
}

export interface RoleIndex {
  readonly assignments: ScopeIndex;
  readonly denyAssignments: ScopeIndex;
  /** What may be activated: role eligibility schedule instances. */
  readonly eligibilities: ScopeIndex;
  /** Built-in and custom definitions by name (a GUID, in lower case). The world's own win over the built-in ones. */
  readonly definitions: ReadonlyMap<string, RoleDefinition>;
  /** The principal and every group it is in: whom an assignment has to name to reach the principal. */
  readonly reachedBy: (principalId: string) => ReadonlySet<string>;
}

export interface RoleDefinition {
  readonly builtIn: boolean;
  /** In lower case. */
  readonly assignableScopes: readonly string[];
  readonly body: Body;
}

interface ScopeIndex {
  readonly all: readonly Scoped[];
  readonly byId: ReadonlyMap<string, Scoped>;
  readonly at: (scope: string) => readonly Scoped[];
  /** From the scope's parent up to the tenant root. */
  readonly above: (scope: string) => readonly Scoped[];
  /** Strictly below, inside the same subscription: a management group does not list what its subscriptions hold. */
  readonly below: (scope: string) => readonly Scoped[];
}

export function createRoleIndex(world: World, groups: ManagementGroups, directory: Directory): RoleIndex {
  const definitions = new Map<string, RoleDefinition>();
  for (const body of [...builtInRoles, ...world.roleDefinitions]) {
    const name = (text(body, "name") ?? nameOf(text(body, "id") ?? "")).toLowerCase();
    const builtIn = text(body, "properties", "type") !== "CustomRole";
    const scopes = list(body, "properties", "assignableScopes").map((scope) => String(scope).toLowerCase());
    definitions.set(name, { builtIn, assignableScopes: scopes.length > 0 ? scopes : ["/"], body });
  }
  return {
    assignments: createScopeIndex(world.roleAssignments, groups),
    denyAssignments: createScopeIndex(world.denyAssignments, groups),
    eligibilities: createScopeIndex(world.roleEligibilityScheduleInstances, groups),
    definitions,
    reachedBy: (principalId) => {
      const id = principalId.toLowerCase();
      return new Set([id, ...directory.transitiveGroupsOf(id)]);
    },
  };
}

function createScopeIndex(bodies: readonly Body[], groups: ManagementGroups): ScopeIndex {
  const all = bodies.map((body) => ({ scope: scopeOf(body), body }));
  const byId = new Map<string, Scoped>();
  const byScope = new Map<string, Scoped[]>();
  const bySubscription = new Map<string, Scoped[]>();
  for (const entry of all) {
    byId.set(text(entry.body, "id")?.toLowerCase() ?? "", entry);
    push(byScope, entry.scope, entry);
    const { subscription } = placeOf(entry.scope);
    if (subscription) push(bySubscription, subscription, entry);
  }
  for (const entries of bySubscription.values()) entries.sort((a, b) => (a.scope < b.scope ? -1 : 1));

  const at = (scope: string) => byScope.get(scope) ?? [];
  return {
    all,
    byId,
    at,
    above: (scope) => scopesAbove(scope, groups).flatMap((above) => at(above)),
    below: (scope) => {
      const { subscription } = placeOf(scope);
      const entries = bySubscription.get(subscription ?? "") ?? [];
      const prefix = `${scope}/`;
      const found: Scoped[] = [];
      for (let index = firstFrom(entries, prefix); index < entries.length; index++) {
        const entry = entries[index];
        if (!entry?.scope.startsWith(prefix)) break;
        found.push(entry);
      }
      return found;
    },
  };
}

/** Parent first, tenant root last. */
export function scopesAbove(scope: string, groups: ManagementGroups): readonly string[] {
  const { subscription, resourceGroup, managementGroup } = placeOf(scope);
  const ids = (chain: readonly { readonly id: string }[]) => chain.map(({ id }) => id.toLowerCase());
  if (scope === "/") return [];
  if (managementGroup) return [...ids(groups.ancestorsOfGroup(managementGroup)), "/"];
  if (!subscription) return ["/"];

  const above: string[] = [];
  const base = resourceGroup ? `/subscriptions/${subscription}/resourcegroups/${resourceGroup}` : "";
  if (base && scope !== base) {
    const [, namespace, ...names] = scope.slice(base.length + 1).split("/");
    for (let count = names.length - 2; count >= 2; count -= 2)
      above.push(`${base}/providers/${namespace}/${names.slice(0, count).join("/")}`);
    above.push(base);
  }
  if (scope !== `/subscriptions/${subscription}`) above.push(`/subscriptions/${subscription}`);
  return [...above, ...ids(groups.ancestorsOfSubscription(subscription)), "/"];
}

function scopeOf(body: Body): string {
  const scope = text(body, "properties", "scope");
  if (scope !== undefined) return scope.toLowerCase().replace(/(.)\/$/, "$1");
  const id = (text(body, "id") ?? "").toLowerCase();
  return id.slice(0, id.lastIndexOf("/providers/microsoft.authorization/")) || "/";
}

function firstFrom(entries: readonly Scoped[], scope: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.scope ?? "") < scope) low = middle + 1;
    else high = middle;
  }
  return low;
}

function push(map: Map<string, Scoped[]>, key: string, entry: Scoped): void {
  const entries = map.get(key);
  if (entries) entries.push(entry);
  else map.set(key, [entry]);
}
