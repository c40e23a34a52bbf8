import { type Collected, known, missing } from "../core/collected.ts";
import type { Grant, Role } from "../core/facts.ts";
import { parseResourceId, registryType } from "../core/resource-id.ts";
import { scopeLevel } from "../core/scope.ts";
import type { PackedGrant, SliceGrants } from "../core/slice.ts";
import type { GrantIndex } from "./grant-index.ts";
import { unsaidGroups } from "./unsaid-groups.ts";

/**
 * Cuts out of the tenant's grants those that a subscription's registries are under. Grants and roles are shared
 * between slices, so that thousands made at management groups cost their memory once.
 */
export function cutRegistryGrants({ all }: Pick<GrantIndex, "all">) {
  const above: Placed[] = [];
  const below = new Map<string, Placed[]>();
  for (const grant of all) {
    const level = scopeLevel(grant.scope);
    if (level === "root" || level === "managementGroup") above.push({ grant, packed: pack(grant) });
    else if (level !== "resource" || isRegistry(grant.scope)) {
      const subscriptionId = grant.scope.split("/")[2]?.toLowerCase() ?? "";
      const own = below.get(subscriptionId) ?? [];
      own.push({ grant, packed: pack(grant) });
      below.set(subscriptionId, own);
    }
  }
  const atGroups = above.some(({ grant }) => scopeLevel(grant.scope) === "managementGroup");
  return (subscriptionId: string, ancestors: readonly string[] | undefined): Collected<SliceGrants> => {
    if (ancestors === undefined && atGroups) return missing(unsaidGroups(subscriptionId));
    const groups = new Set(ancestors?.map((name) => name.toLowerCase()));
    const inherited = above.filter(({ grant }) => isAbove(grant.scope, groups));
    const placed = [...inherited, ...(below.get(subscriptionId) ?? [])];
    const roles = new Set(placed.flatMap(({ grant: { role } }) => (role.known ? [role.value] : [])));
    return known({
      roles: Object.fromEntries([...roles].map((role) => [role.id.toLowerCase(), role])),
      grants: placed.map(({ packed }) => packed),
    });
  };
}

interface Placed {
  readonly grant: Grant;
  readonly packed: PackedGrant;
}

function pack({ role, ...grant }: Grant): PackedGrant {
  return role.known ? { ...grant, roleId: role.value.id.toLowerCase() } : { ...grant, gap: role.gap };
}

function isAbove(scope: string, groups: ReadonlySet<string>): boolean {
  return scopeLevel(scope) === "root" ? scope !== "" : groups.has(nameOf(scope));
}

function nameOf(scope: string): string {
  return scope.toLowerCase().replace(/\/+$/, "").split("/").at(-1) ?? "";
}

function isRegistry(scope: string): boolean {
  return parseResourceId(normalise(scope))?.type === registryType;
}

/** For each registry of a slice, the grants at or above it. */
export function grantsOfRegistries(
  packed: Collected<SliceGrants>,
): (registryId: string) => Collected<readonly Grant[]> {
  if (!packed.known) return () => packed;
  const roles = new Map<string, Collected<Role>>(
    Object.entries(packed.value.roles).map(([id, role]) => [id, known(role)]),
  );
  const byScope = new Map<string, Grant[]>();
  for (const { roleId, gap, ...grant } of packed.value.grants) {
    const role = roles.get(roleId ?? "") ?? { known: false, gap: gap ?? lost(grant.id) };
    const key = scopeKey(grant.scope);
    const here = byScope.get(key) ?? [];
    here.push({ ...grant, role });
    byScope.set(key, here);
  }
  return (registryId) => {
    const id = normalise(registryId);
    const segments = id.split("/");
    const scopes = ["", segments.slice(0, 3).join("/"), segments.slice(0, 5).join("/"), id];
    return known(scopes.flatMap((scope) => byScope.get(scope) ?? []));
  };
}

/** All that is above the subscription covers all of it, or it would not be in the slice. */
function scopeKey(scope: string): string {
  const level = scopeLevel(scope);
  return level === "root" || level === "managementGroup" ? "" : normalise(scope);
}

function normalise(scope: string): string {
  return scope.toLowerCase().replace(/\/+$/, "");
}

function lost(grantId: string) {
  return { fact: "role", reason: "malformed", detail: `the slice holds no role for ${grantId}` } as const;
}
