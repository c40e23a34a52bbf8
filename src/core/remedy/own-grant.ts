import type { Puller, RegistryNeed } from "../facts.ts";
import type { Remediation } from "../rule.ts";
import { loginRemedy } from "./login-remedy.ts";

/**
 * A grant on the registry to a puller that has a worse one, for no more than it pulls: an assignment of its own that
 * leaves that out is widened. `then` says what becomes of the worse one.
 */
export function ownGrant(puller: Puller, need: RegistryNeed, then: string): { readonly remediation?: Remediation } {
  const remedy = loginRemedy("condition-excludes-repository", puller, need);
  return remedy === undefined ? {} : { remediation: { text: `${remedy.text} ${then}`, cli: remedy.cli } };
}
