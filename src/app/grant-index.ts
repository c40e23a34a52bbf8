import type { Collected, Gap } from "../core/collected.ts";
import type { Grant } from "../core/facts.ts";
import { type Powers, powersOf } from "../core/permission.ts";
import type { HeldGrants } from "../core/pull-matrix.ts";
import { scopeLevel } from "../core/scope.ts";

/** Grants by who holds them, with the groups between followed. Ids are looked up without case. */
export interface GrantIndex {
  /** Grants to a principal and to the groups it is known to be in. */
  of(principalId: string): readonly Grant[];
  /** The same, apart; everybody in a group gets the same list of it. */
  heldBy(principalId: string): HeldGrants;
  /** Every grant with power over registries, to whomever. */
  readonly all: readonly Grant[];
  /** Grants with power over registries to groups whose members could not be read. */
  readonly unreadGroups: readonly Grant[];
  /** Service principals with any power over registries, through groups too. */
  readonly holders: readonly string[];
  readonly gaps: readonly Gap[];
}

const powersByPermissions = new WeakMap<object, Powers>();

/** What a grant's role allows on registries; nothing when the role could not be read. */
export function powersOfGrant({ role }: Grant): Powers | undefined {
  if (!role.known) return undefined;
  const { permissions } = role.value;
  const powers = powersByPermissions.get(permissions) ?? powersOf(permissions);
  powersByPermissions.set(permissions, powers);
  return powers;
}

export function hasPower(grant: Grant): boolean {
  const powers = powersOfGrant(grant);
  if (!powers) return true; // a role that could not be read may allow anything
  const { pull, push, delete: remove, sign, catalog, manage, mint, runTasks } = powers;
  const inSomeMode = [pull, push, remove].some(({ legacy, abac }) => legacy || abac);
  return inSomeMode || sign || catalog || manage || mint || runTasks;
}

export function canPullInSomeMode(grant: Grant): boolean {
  const powers = powersOfGrant(grant);
  return powers !== undefined && (powers.pull.legacy || powers.pull.abac);
}

/** A grant on one registry that lets somebody pull from it. */
export function isRegistryPull(grant: Grant): boolean {
  return scopeLevel(grant.scope) === "resource" && canPullInSomeMode(grant);
}

export function indexGrants(
  grants: readonly Grant[],
  members: ReadonlyMap<string, Collected<readonly string[]>>,
): GrantIndex {
  const byPrincipal = new Map<string, Grant[]>();
  for (const grant of grants) push(byPrincipal, grant.principalId.toLowerCase(), grant);

  const groupsOf = new Map<string, string[]>();
  const unreadGroups: Grant[] = [];
  const gaps: Gap[] = [];
  for (const [group, collected] of members) {
    if (collected.known) for (const member of collected.value) push(groupsOf, member, group);
    else {
      unreadGroups.push(...(byPrincipal.get(group) ?? []));
      gaps.push(collected.gap);
    }
  }
  const holders = new Set<string>(groupsOf.keys());
  for (const grant of grants) {
    if (isServicePrincipal(grant) && hasPower(grant)) holders.add(grant.principalId.toLowerCase());
  }
  const heldBy = (principalId: string): HeldGrants => {
    const id = principalId.toLowerCase();
    const groups = [...new Set(groupsOf.get(id))].flatMap((group) => {
      const held = byPrincipal.get(group);
      return held === undefined ? [] : [held];
    });
    return { own: byPrincipal.get(id) ?? [], groups };
  };
  return {
    heldBy,
    of: (principalId) => {
      const { own, groups } = heldBy(principalId);
      return groups.length === 0 ? own : [...own, ...groups.flat()];
    },
    all: grants,
    unreadGroups,
    holders: [...holders].sort(),
    gaps,
  };
}

function isServicePrincipal({ principalType }: Grant): boolean {
  return principalType === "" || principalType.toLowerCase() === "serviceprincipal";
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
