import type { CatalogRule } from "../core/rule.ts";
import * as catalog from "../rules/index.ts";

const rules = new Map(Object.values(catalog).map((rule: CatalogRule) => [rule.id, rule]));

/** Why a finding matters. Those that are of no rule in the catalog come from logins that fail. */
export function whyOf(ruleId: string): string {
  return rules.get(ruleId)?.why ?? "Pulls and pushes that need this login fail until it works again.";
}
