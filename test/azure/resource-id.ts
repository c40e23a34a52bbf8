/** The parts of a resource id or ARM path that say where it lives; all in lower case. */
export interface Place {
  readonly subscription?: string;
  readonly resourceGroup?: string;
  readonly managementGroup?: string;
}

export function placeOf(id: string): Place {
  const [, first, second, third, fourth] = id.toLowerCase().split("/", 6);
  if (first === "subscriptions" && second)
    return third === "resourcegroups" && fourth
      ? { subscription: second, resourceGroup: fourth }
      : { subscription: second };
  const group = /^\/providers\/microsoft\.management\/managementgroups\/([^/]+)/.exec(id.toLowerCase())?.[1];
  return group ? { managementGroup: group } : {};
}

/** `microsoft.containerregistry/registries/tokens` for the id of a token; extension resources give their own type. */
export function typeOf(id: string): string {
  const parts = id.toLowerCase().split("/");
  const provider = parts.lastIndexOf("providers");
  if (provider < 0)
    return parts.length > 3 ? "microsoft.resources/subscriptions/resourcegroups" : "microsoft.resources/subscriptions";
  const names = parts.slice(provider + 1);
  return names.filter((_, index) => index === 0 || index % 2 === 1).join("/");
}

export function parentOf(id: string): string {
  return id.slice(0, id.lastIndexOf("/"));
}

export function nameOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** Whether `id` is `scope` or below it; both in lower case. */
export function isWithin(id: string, scope: string): boolean {
  return scope === "/" || id === scope || (id.startsWith(scope) && id.charCodeAt(scope.length) === 47);
}
