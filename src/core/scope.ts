const managementGroupPrefix = "/providers/microsoft.management/managementgroups/";

/**
 * Whether an RBAC scope is at or above a resource.
 *
 * Segments are compared whole and without case, so `/…/registries/team` is not above `/…/registries/team2`.
 * A management group covers the resource when it is one of `ancestors`, the management groups above the resource's
 * subscription. The scope `/` covers everything.
 */
export function covers(scope: string, resourceId: string, ancestors: readonly string[]): boolean {
  const above = normalise(scope);
  if (above === "") return scope !== ""; // an empty scope is no scope
  if (above.startsWith(managementGroupPrefix)) {
    const name = above.slice(managementGroupPrefix.length);
    return ancestors.some((ancestor) => ancestor.toLowerCase() === name);
  }
  const below = normalise(resourceId);
  return below === above || below.startsWith(`${above}/`);
}

/**
 * The management groups above a resource, with those at which something was made that Resource Manager lists for the
 * resource: it lists only what applies there, and Resource Graph may not say the whole chain.
 */
export function withGroupsOf(
  ancestors: readonly string[],
  listed: readonly { readonly scope: string }[],
): readonly string[] {
  const names = listed
    .map(({ scope }) => normalise(scope))
    .filter((scope) => scope.startsWith(managementGroupPrefix))
    .map((scope) => scope.slice(managementGroupPrefix.length));
  return [...new Set([...ancestors, ...names])];
}

/** Whether two scopes are one, however they are written. */
export function sameScope(scope: string, other: string): boolean {
  return normalise(scope) === normalise(other);
}

/** What kind of scope a grant was made at; wider scopes are a finding of their own. */
export function scopeLevel(scope: string): "root" | "managementGroup" | "subscription" | "resourceGroup" | "resource" {
  const text = normalise(scope);
  if (text === "") return "root";
  if (text.startsWith(managementGroupPrefix)) return "managementGroup";
  const segments = text.split("/").length - 1;
  if (segments === 2) return "subscription";
  return segments === 4 ? "resourceGroup" : "resource";
}

function normalise(scope: string): string {
  return scope.toLowerCase().replace(/\/+$/, "");
}
