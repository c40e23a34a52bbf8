import type { Collected } from "./collected.ts";

/** A repository token: a login of the registry's own, with a scope map instead of roles. */
export interface RepositoryToken {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly scopeMapId: string;
  /** ISO times; one that never ends has none. */
  readonly passwords: readonly { readonly name: string; readonly endsOn?: string }[];
  readonly certificates: readonly { readonly name: string; readonly endsOn?: string }[];
}

export interface ScopeMap {
  readonly id: string;
  readonly name: string;
  /** `repositories/app/content/read`; a repository is `*`, a name, or a prefix that ends in `/*`. */
  readonly actions: readonly string[];
}

/** A repository token that somebody logs in with, as far as Azure shows it: never its passwords. */
export interface TokenLogin {
  /** Null: the registry has none of this name. */
  readonly token: Collected<RepositoryToken | null>;
  readonly scopeMap: Collected<ScopeMap>;
}
