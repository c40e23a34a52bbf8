import type { Slice } from "../core/slice.ts";
import type { Inventory } from "./inventory.ts";

/** What a sweep with this inventory looks at. */
export function seenBy({ subscriptions: { whole, subscriptions } }: Inventory): Slice["sees"] {
  return whole ? "everything" : subscriptions.map(({ id }) => id);
}
