import type { Collected } from "../collected.ts";
import { isWithin } from "./is-within.ts";

/**
 * A DNS forwarding ruleset: it sends names that no linked private zone has to DNS servers that somebody chose.
 * https://learn.microsoft.com/azure/dns/private-resolver-endpoints-rulesets
 */
export interface Ruleset {
  readonly id: string;
  /** What its enabled rules are for, as far as names of registries may lie in it: `azurecr.io.`, `.` for every name. */
  readonly domains: Collected<readonly string[]>;
}

/** Whether a ruleset sends a name elsewhere, or may. */
export function forwards({ domains }: Ruleset, name: string): boolean {
  if (!domains.known) return true;
  return domains.value.some((domain) => {
    const text = domain.toLowerCase().replace(/\.$/, "");
    return text === "" || isWithin(name, text);
  });
}
