import type { FunctionMetadata } from "./functions-core.ts";

/** What an app registered, without the names that the library makes up from the bindings themselves. */
export function summariseFunctions(functions: readonly FunctionMetadata[]): readonly object[] {
  return functions
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ name, bindings, retryOptions }) => ({
      name,
      bindings: Object.values(bindings).map(({ name: _, properties, ...binding }) => binding),
      ...(retryOptions !== undefined && { retry: retryOptions }),
    }));
}
