/**
 * Whether a scope map's actions allow something, such as `content/read`, in a repository. They add up; a repository in
 * one is a name, `*`, or a prefix that ends in `/*`.
 * https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions
 */
export function scopeMapAllows(actions: readonly string[], repository: string, wanted: string): boolean {
  const name = repository.toLowerCase();
  return allowedRepositories(actions, wanted).some((pattern) => {
    if (pattern === "*") return true;
    return pattern.endsWith("/*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  });
}

/** The repositories in which a scope map's actions allow something, in lower case, as they are written there. */
export function allowedRepositories(actions: readonly string[], wanted: string): readonly string[] {
  return actions.flatMap((action) => {
    const [, pattern = "", what = ""] = /^repositories\/(.+)\/(\w+\/\w+)$/i.exec(action.toLowerCase()) ?? [];
    return what === wanted ? [pattern] : [];
  });
}
