import { type Collected, type Gap, known, missing } from "./collected.ts";
import type { Grant, Registry, Role, RoleAssignmentMode } from "./facts.ts";
import { namedPowersOf, type Powers, powersOf } from "./powers.ts";
import { scopeLevel } from "./scope.ts";

/** A grant with what its role allows on registries. */
export interface Holding {
  readonly grant: Grant;
  readonly role: Role;
  readonly powers: Powers;
  /** What the role allows by name, not swept up by a wildcard. */
  readonly named: Powers;
}

export interface Holdings {
  readonly held: readonly Holding[];
  /** Roles that could not be read: they may allow anything. */
  readonly gaps: readonly Gap[];
}

const read = new WeakMap<Role, Pick<Holding, "powers" | "named">>();

/** What grants allow on registries. Many grants share a role, which is read once. */
export function holdingsOf(grants: readonly Grant[]): Holdings {
  const held: Holding[] = [];
  const gaps: Gap[] = [];
  for (const grant of grants) {
    if (grant.role.known) held.push({ grant, role: grant.role.value, ...powersOfRole(grant.role.value) });
    else gaps.push(grant.role.gap);
  }
  return { held, gaps };
}

function powersOfRole(role: Role): Pick<Holding, "powers" | "named"> {
  const before = read.get(role);
  if (before) return before;
  const powers = { powers: powersOf(role.permissions), named: namedPowersOf(role.permissions) };
  read.set(role, powers);
  return powers;
}

/** The mode of a registry, on which it depends what its grants allow. */
export function modeOf({ id, roleAssignmentMode }: Registry): Collected<RoleAssignmentMode> {
  if (roleAssignmentMode !== undefined) return known(roleAssignmentMode);
  const detail = `${id} did not say its role assignment mode`;
  return missing({ fact: "roleAssignmentMode", reason: "malformed", detail });
}

/** What could not be decided, as a judgement; nothing where everything could. */
export function undecided(gaps: readonly Gap[]): { outcome: "unknown"; gaps: readonly [Gap, ...Gap[]] } | undefined {
  const [gap, ...more] = gaps;
  return gap && { outcome: "unknown", gaps: [gap, ...more] };
}

export function isGroup({ principalType }: Grant): boolean {
  return /group$/i.test(principalType); // `Group` and `ForeignGroup`
}

const shownLimit = 20;

/** Evidence on grants: a list that people can read, and how many there are. */
export function shownGrants(holdings: readonly Pick<Holding, "grant" | "role">[]) {
  return {
    grants: holdings.slice(0, shownLimit).map(describeHolding),
    grantIds: holdings.slice(0, shownLimit).map(({ grant }) => grant.id),
    count: holdings.length,
    holders: new Set(holdings.map(({ grant }) => grant.principalId.toLowerCase())).size,
    roles: [...new Set(holdings.map(({ role }) => role.name))].slice(0, shownLimit),
  };
}

/** Of the grant that a command is about: whoever pastes it goes on with the next one at the next sweep. */
export function commandEvidence({ grant, role }: Pick<Holding, "grant" | "role">) {
  const { id, principalId, principalType, scope } = grant;
  return { grantId: id, principalId, principalType: principalType || "ServicePrincipal", role: role.name, scope };
}

const levels = {
  root: "the root of the tenant",
  managementGroup: "a management group",
  subscription: "the subscription",
  resourceGroup: "the resource group",
  resource: "the registry",
} as const;

function describeHolding({ grant, role }: Pick<Holding, "grant" | "role">): string {
  return `${role.name} of ${grant.principalType || "principal"} ${grant.principalId} at ${levels[scopeLevel(grant.scope)]}`;
}

/** The built-in role that allows as much in the other mode. */
export function equivalentRole({ pull, push, delete: remove }: Powers, mode: RoleAssignmentMode): string {
  const may = ({ legacy, abac }: Powers["pull"]) => legacy || abac;
  const abac = mode === "AbacRepositoryPermissions";
  if (may(remove)) return abac ? "Container Registry Repository Contributor" : "AcrDelete";
  if (may(push)) return abac ? "Container Registry Repository Writer" : "AcrPush";
  if (may(pull)) return abac ? "Container Registry Repository Reader" : "AcrPull";
  return abac ? "Container Registry Repository Catalog Lister" : "AcrPull";
}
