import { type ListedGrant, roleGuid, withRole } from "../collect/grants.ts";
import type { Collected } from "../core/collected.ts";
import type { Grant, Role } from "../core/facts.ts";
import { mapBounded } from "./map-bounded.ts";

/** Grants with their roles: those in hand, by the GUID at the end of their id, and each of the others asked for once. */
export async function withRoles(
  listed: readonly ListedGrant[],
  roleOf: (id: string) => Promise<Collected<Role>>,
  inHand: ReadonlyMap<string, Collected<Role>> = new Map(),
): Promise<readonly Grant[]> {
  const lacking = new Map(listed.map(({ roleDefinitionId: id }) => [roleGuid(id), id]));
  for (const guid of inHand.keys()) lacking.delete(guid);
  const asked = await mapBounded([...lacking], 4, async ([guid, id]) => [guid, await roleOf(id)] as const);
  const roles = new Map([...inHand, ...asked]);
  return listed.map((grant) => withRole(grant, roles));
}
