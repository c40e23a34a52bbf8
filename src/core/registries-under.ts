import { covers } from "./scope.ts";

export interface PlacedRegistry {
  readonly id: string;
  /** Management groups above its subscription; absent where they are not known. */
  readonly ancestors?: readonly string[];
}

/** Positions of the registries that are certain to be at or below a scope. Each scope is looked up once. */
export function registriesUnder(registries: readonly PlacedRegistry[]): (scope: string) => readonly number[] {
  const byId = new Map(registries.map(({ id }, position) => [id.toLowerCase(), position]));
  const bySubscription = Map.groupBy(registries.keys(), (position) => subscriptionOf(registries[position]?.id ?? ""));
  const found = new Map<string, readonly number[]>();
  return (scope) => {
    const key = scope.toLowerCase();
    const exact = byId.get(key);
    if (exact !== undefined) return [exact];
    const known = found.get(key);
    if (known) return known;
    const subscription = subscriptionOf(key);
    const candidates = subscription === "" ? [...registries.keys()] : (bySubscription.get(subscription) ?? []);
    const positions = candidates.filter((position) => {
      const registry = registries[position];
      return registry !== undefined && covers(scope, registry.id, registry.ancestors ?? []);
    });
    found.set(key, positions);
    return positions;
  };
}

function subscriptionOf(id: string): string {
  return /^\/subscriptions\/([^/]+)/i.exec(id)?.[1]?.toLowerCase() ?? "";
}
