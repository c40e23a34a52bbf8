import type { Gap } from "../core/collected.ts";

/** Why it is not known whether what was granted at a management group counts in a subscription. */
export function unsaidGroups(subscriptionId: string): Gap {
  const detail = `Resource Graph does not say which management groups are above subscription ${subscriptionId}, and grants are made at some`;
  return { fact: "grants", reason: "malformed", detail };
}
