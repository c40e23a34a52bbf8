import { indexGrants } from "../../src/app/grant-index.ts";
import { known } from "../../src/core/collected.ts";
import type { Grant, Role } from "../../src/core/facts.ts";
import type { MatrixInput, MatrixPuller, MatrixRegistry } from "../../src/core/pull-matrix.ts";
import { acrPull, acrPush, reader, repositoryReader } from "../facts.ts";

export interface GrantsSize {
  readonly clusters: number;
  readonly registries: number;
  readonly assignments: number;
}

/**
 * A tenant as large ones are: registries in subscriptions of five under ten management groups, every third in ABAC mode;
 * most grants on single registries, some on groups, some wide, some with conditions. The same size gives the same tenant.
 */
export function tenantOfGrants({ clusters, registries: count, assignments }: GrantsSize): MatrixInput {
  const registries = Array.from(
    { length: count },
    (_, index): MatrixRegistry => ({
      id: `/subscriptions/${guid(1, Math.floor(index / 5))}/resourceGroups/rg${index % 3}/providers/Microsoft.ContainerRegistry/registries/r${index}`,
      roleAssignmentMode: index % 3 === 0 ? "AbacRepositoryPermissions" : "LegacyRegistryPermissions",
      ancestors: [`mg${Math.floor(index / 5) % 10}`, "root"],
      tenantId: guid(0, 0),
      denials: known([]),
    }),
  );
  const pullers = Array.from(
    { length: clusters },
    (_, index): MatrixPuller => ({
      id: `cluster${index}`,
      principalId: known(guid(2, index)),
      managedIdentity: true,
      elsewhere: "other-tenant",
      tenantId: guid(0, 0),
    }),
  );
  const groups = 50;
  const random = randomNumbers(42);
  const pick = (size: number) => Math.floor(random() * size);
  const grants = Array.from({ length: assignments }, (_, index): Grant => {
    const target = registries[pick(count)]?.id ?? "";
    const kind = random();
    const principalId =
      kind < 0.6 ? guid(2, pick(clusters)) : kind < 0.7 ? guid(3, pick(groups)) : guid(4, pick(20_000));
    const scope = scopeFor(random(), target, pick(10));
    const role = [acrPull, acrPull, repositoryReader, acrPush, reader][pick(5)] ?? acrPull;
    return grantOf(index, principalId, scope, role, pick(20));
  });
  const members = Array.from({ length: groups }, (_, group) => {
    const inside = Array.from({ length: 30 }, () => guid(2, pick(clusters)));
    return [guid(3, group), known(inside)] as const;
  });
  const index = indexGrants(grants, new Map(members));
  return { pullers, registries, heldBy: index.heldBy, unreadGroups: index.unreadGroups };
}

function scopeFor(kind: number, registryId: string, group: number): string {
  if (kind < 0.9) return registryId;
  if (kind < 0.95) return registryId.replace(/\/providers\/.*$/, "");
  return kind < 0.999
    ? registryId.replace(/\/resourceGroups\/.*$/, "")
    : `/providers/Microsoft.Management/managementGroups/mg${group}`;
}

const condition =
  "((!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/read'})) OR (@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWithIgnoreCase 'team/'))";

function grantOf(index: number, principalId: string, scope: string, role: Role, chance: number): Grant {
  const conditional = role === repositoryReader && chance === 0;
  return {
    id: `g${index}`,
    principalId,
    principalType: "ServicePrincipal",
    scope,
    role: known(role),
    ...(conditional && { condition, conditionVersion: "2.0" }),
  };
}

function guid(kind: number, index: number): string {
  return `${String(kind).padStart(8, "0")}-0000-4000-8000-${String(index).padStart(12, "0")}`;
}

/** A small generator that gives the same numbers for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
