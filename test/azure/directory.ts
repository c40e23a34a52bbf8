import { list, text, without } from "./body.ts";
import type { Body, World } from "./world.ts";

export type DirectoryKind = "application" | "servicePrincipal" | "group" | "user";

interface DirectoryObject {
  readonly kind: DirectoryKind;
  readonly body: Body;
}

/** Microsoft Entra objects by object id, application id and membership. Ids are in lower case. */
export interface Directory {
  readonly objects: ReadonlyMap<string, DirectoryObject>;
  readonly applications: ReadonlyMap<string, Body>;
  readonly servicePrincipals: ReadonlyMap<string, Body>;
  readonly users: readonly Body[];
  /** The members of a group, as `#microsoft.graph.*` objects of which only the id may be known. */
  readonly membersOf: (groupId: string) => readonly Body[];
  readonly transitiveMembersOf: (groupId: string) => readonly Body[];
  /** Ids of the groups that the object is a direct member of. */
  readonly groupsOf: (objectId: string) => readonly string[];
  /** Ids of all groups that the object is in, through other groups too. */
  readonly transitiveGroupsOf: (objectId: string) => readonly string[];
}

export function createDirectory(world: World): Directory {
  const objects = new Map<string, DirectoryObject>();
  const applications = new Map<string, Body>();
  const servicePrincipals = new Map<string, Body>();
  const members = new Map<string, readonly Body[]>();
  const groups = new Map<string, string[]>();

  const add = (kind: DirectoryKind, body: Body & { readonly id: string }) =>
    objects.set(body.id.toLowerCase(), { kind, body });
  for (const body of world.graph.applications) {
    add("application", body);
    applications.set(text(body, "appId")?.toLowerCase() ?? "", body);
  }
  for (const body of world.graph.servicePrincipals) {
    add("servicePrincipal", body);
    servicePrincipals.set(text(body, "appId")?.toLowerCase() ?? "", body);
  }
  for (const body of world.graph.groups) add("group", body);
  for (const group of world.graph.groups) {
    const bodies = list(group, "members").map((member) => asMember(member, objects));
    members.set(group.id.toLowerCase(), bodies);
    for (const member of bodies) {
      const id = text(member, "id")?.toLowerCase() ?? "";
      groups.set(id, [...(groups.get(id) ?? []), group.id.toLowerCase()]);
    }
  }

  const users = new Map<string, Body>();
  for (const bodies of members.values())
    for (const body of bodies) {
      const id = text(body, "id")?.toLowerCase() ?? "";
      if (objects.has(id) || text(body, "displayName") === undefined) continue;
      users.set(id, without(body, "@odata.type"));
    }
  for (const [id, body] of users) objects.set(id, { kind: "user", body });

  const membersOf = (groupId: string) => members.get(groupId) ?? [];
  return {
    objects,
    applications,
    servicePrincipals,
    users: [...users.values()],
    membersOf,
    groupsOf: (objectId) => groups.get(objectId) ?? [],
    transitiveMembersOf: (groupId) => {
      const found = new Map<string, Body>();
      const open = [groupId];
      for (const group of open)
        for (const member of membersOf(group)) {
          const id = text(member, "id")?.toLowerCase() ?? "";
          if (found.has(id)) continue;
          found.set(id, member);
          open.push(id);
        }
      return [...found.values()];
    },
    transitiveGroupsOf: (objectId) => {
      const found = new Set<string>();
      const open = [objectId];
      for (const id of open)
        for (const group of groups.get(id) ?? []) {
          if (found.has(group)) continue;
          found.add(group);
          open.push(group);
        }
      return [...found];
    },
  };
}

function asMember(member: unknown, objects: ReadonlyMap<string, DirectoryObject>): Body {
  const id = typeof member === "string" ? member : (text(member, "id") ?? "");
  const known = objects.get(id.toLowerCase());
  if (known) return { "@odata.type": `#microsoft.graph.${known.kind}`, ...known.body };
  return { "@odata.type": "#microsoft.graph.user", ...(typeof member === "object" ? member : {}), id };
}
