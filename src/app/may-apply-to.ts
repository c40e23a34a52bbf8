import type { Grant } from "../core/facts.ts";
import { covers, scopeLevel } from "../core/scope.ts";

/**
 * Picks the grants at or above a registry. Where it is not known which management groups are above it, those at any are
 * kept; whether they count there, Resource Manager is asked.
 */
export function mayApplyTo(registryId: string, ancestors: readonly string[] | undefined): (grant: Grant) => boolean {
  return ({ scope }) =>
    covers(scope, registryId, ancestors ?? []) || (ancestors === undefined && scopeLevel(scope) === "managementGroup");
}
