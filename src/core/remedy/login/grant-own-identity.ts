import { known } from "../../collected.ts";
import type { Bystander } from "../../facts.ts";
import { mayPull } from "../../pull-permission.ts";
import { sameId } from "../../resource-id.ts";
import { allowRepositories } from "../grant/allow-repositories.ts";
import { assignRole } from "../grant/assign-role.ts";
import type { RemedyInput, Template } from "../remedy.ts";

/**
 * The pull for a workload's system-assigned identity, between turning it on and logging in with it; nothing while it is
 * off. `change` is the command that lets `who` log in with it, and `login` the same in Bicep.
 */
export function grantOwnIdentity(input: RemedyInput, who: string, change: string, login: string): Template | undefined {
  const own = input.puller.bystanders.find(({ resourceId }) => resourceId === undefined);
  if (own === undefined) return undefined;
  const { principalId } = own;
  const then = `and then let ${who} pull with it (${change})`;
  if (isUndecided(input, own))
    return {
      text: `See that the system-assigned identity of the <kind> holds <roleWords> on the registry, ${then}: it was granted something of which it could not be decided whether it is enough.`,
      cli: "az role assignment list --scope <registryId> --include-inherited --assignee <principalId>",
      bicep: login,
      evidence: { principalId },
    };
  const asOwn = asIdentity(input, own);
  const { cli, bicep, evidence } = allowRepositories(asOwn) ?? assignRole(asOwn);
  const alone = evidence?.repositories === undefined ? "" : " for <repositories>";
  return {
    text: `In this order, so that nothing stops: give the system-assigned identity of the <kind>, which is on, <roleWords> on the registry${alone}, ${then}.`,
    cli,
    bicep: `${bicep}\n\n${login}`,
    evidence: { ...evidence, principalId },
  };
}

/** Its grants are known, and not what they come to: the registry did not say its mode, or a condition is not understood. */
function isUndecided({ need, registry }: RemedyInput, own: Bystander): boolean {
  const { principalId } = own;
  const grants = grantsOf(need, own);
  return mayPull(need, registry, { principalId, managedIdentity: true, grants }).answer === "unknown";
}

/** The same question of a workload that pulls as this identity. */
function asIdentity(input: RemedyInput, own: Bystander): RemedyInput {
  const { need } = input;
  return {
    ...input,
    identity: { kind: "managedIdentity", clientId: "", principalId: known(own.principalId) },
    need: { ...need, grants: known(grantsOf(need, own)) },
  };
}

function grantsOf({ bystanderGrants }: RemedyInput["need"], { principalId }: Bystander) {
  return bystanderGrants.filter((grant) => sameId(grant.principalId, principalId));
}
