import { child, isBody, list, text } from "./body.ts";
import { nameOf } from "./resource-id.ts";
import type { Body, World } from "./world.ts";

export interface ManagementGroup {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly body: Body;
  readonly parent: string | undefined;
  readonly groups: readonly string[];
  /** Subscription ids in lower case. */
  readonly subscriptions: readonly string[];
}

/** The management group tree. Names are in lower case where they are keys. */
export interface ManagementGroups {
  readonly all: ReadonlyMap<string, ManagementGroup>;
  /** Every tenant has this group, whether or not the world lists it. */
  readonly root: string;
  /** From the direct parent up to the tenant root group. */
  readonly ancestorsOfSubscription: (subscriptionId: string) => readonly ManagementGroup[];
  readonly ancestorsOfGroup: (name: string) => readonly ManagementGroup[];
  readonly subscriptionsBelow: (name: string) => readonly string[];
  /** The group itself and every group below it. */
  readonly groupsBelow: (name: string) => readonly string[];
}

/**
 * The parent of a group stands in `properties.details.parent.id`. A subscription belongs to a group when the group lists
 * it in `properties.children`, or when it carries `properties.managementGroupAncestorsChain` as in Resource Graph.
 * What has no parent is below the tenant root group.
 */
export function createManagementGroups(world: World): ManagementGroups {
  const root = world.tenantId.toLowerCase();
  const parents = new Map<string, string>();
  const home = new Map<string, string>();
  const bodies = new Map<string, Body>();

  for (const body of world.managementGroups) {
    const name = (text(body, "name") ?? nameOf(body.id)).toLowerCase();
    bodies.set(name, body);
    const parent = text(body, "properties", "details", "parent", "id") ?? text(body, "properties", "parent", "id");
    if (parent) parents.set(name, nameOf(parent).toLowerCase());
  }
  for (const [name, body] of bodies)
    for (const entry of list(body, "properties", "children")) adopt(name, entry, parents, home);
  for (const subscription of world.subscriptions) {
    const id = subscription.subscriptionId.toLowerCase();
    const chain = list(subscription, "properties", "managementGroupAncestorsChain");
    const parent = text((chain.length > 0 ? chain : list(subscription, "managementGroupAncestorsChain"))[0], "name");
    if (parent) home.set(id, parent.toLowerCase());
    else if (!home.has(id)) home.set(id, root);
  }
  for (const name of bodies.keys()) if (name !== root && !bodies.has(parents.get(name) ?? "")) parents.set(name, root);
  parents.delete(root);

  const all = new Map<string, ManagementGroup>();
  for (const name of new Set([...bodies.keys(), root])) {
    const body = bodies.get(name);
    const displayName = text(body, "properties", "displayName") ?? (name === root ? "Tenant Root Group" : name);
    const properName = text(body, "name") ?? (body ? nameOf(text(body, "id") ?? name) : name);
    const id = `/providers/Microsoft.Management/managementGroups/${properName}`;
    all.set(name, {
      id,
      name: properName,
      displayName,
      parent: parents.get(name),
      body: {
        ...body,
        id,
        type: "Microsoft.Management/managementGroups",
        name: properName,
        properties: { tenantId: world.tenantId, displayName, ...optionalBody(child(body, "properties")) },
      },
      groups: [...parents].filter(([, parent]) => parent === name).map(([group]) => group),
      subscriptions: [...home].filter(([, group]) => group === name).map(([subscription]) => subscription),
    });
  }

  const upFrom = (name: string | undefined): ManagementGroup[] => {
    const chain: ManagementGroup[] = [];
    for (let at = name && all.get(name); at && !chain.includes(at); at = at.parent ? all.get(at.parent) : undefined)
      chain.push(at);
    return chain;
  };
  const groupsBelow = (name: string): string[] => {
    const found = [name];
    for (const group of found) found.push(...(all.get(group)?.groups ?? []).filter((below) => !found.includes(below)));
    return found;
  };
  return {
    all,
    root,
    ancestorsOfSubscription: (subscription) => {
      const chain = upFrom(home.get(subscription) ?? root);
      return chain.length > 0 ? chain : upFrom(root);
    },
    ancestorsOfGroup: (name) => upFrom(all.get(name)?.parent),
    groupsBelow,
    subscriptionsBelow: (name) => groupsBelow(name).flatMap((group) => all.get(group)?.subscriptions ?? []),
  };
}

function adopt(group: string, entry: unknown, parents: Map<string, string>, home: Map<string, string>): void {
  const id = text(entry, "id")?.toLowerCase();
  if (!id) return;
  if (id.startsWith("/subscriptions/")) home.set(nameOf(id), group);
  else parents.set(nameOf(id), group);
  for (const below of list(entry, "children")) adopt(nameOf(id), below, parents, home);
}

function optionalBody(value: unknown): Body {
  return isBody(value) ? value : {};
}
