import type { Subscription } from "../collect/subscriptions.ts";
import type { Collected } from "../core/collected.ts";
import type { Registry } from "../core/facts.ts";

/** Where a symptom's registry is, read once for all its symptoms. */
export interface RegistryPlace {
  readonly registryId: string;
  readonly registry: Collected<Registry>;
  readonly subscription: Subscription;
}
