import type { RemedyInput, Template } from "../remedy.ts";
import { grantOwnIdentity } from "./grant-own-identity.ts";
import { loginIdentity } from "./login-identity.ts";
import { ownIdentityFirst, stepsToOwnIdentity } from "./own-identity.ts";

export function containerAppLogin(input: RemedyInput): Template {
  return login(input, "containerapp", "Microsoft.App/containerApps");
}

export function containerAppJobLogin(input: RemedyInput): Template {
  return login(input, "containerapp job", "Microsoft.App/jobs");
}

/**
 * An app that is switched over to an identity which may not pull yet stops at its next start: the identity and its grant
 * come first. https://learn.microsoft.com/azure/container-apps/managed-identity-image-pull
 */
function login(input: RemedyInput, group: string, type: string): Template {
  const { words, besides, assigned, resourceId = "system" } = loginIdentity(input);
  const place = "--subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller>";
  const change = `az ${group} registry set ${place} --server <loginServer> --identity <identityId>`;
  const bicep = appBicep(type, assigned);
  const evidence = { identityWords: words, identityId: resourceId };
  if (assigned)
    return {
      text: `Let the <kind> log in to <loginServer> with <identityWords>${besides}.`,
      cli: change,
      bicep,
      evidence,
    };
  const grant = grantOwnIdentity(input, "the <kind>", change, bicep);
  if (grant !== undefined) return { ...grant, evidence: { ...evidence, ...grant.evidence } };
  return {
    text: stepsToOwnIdentity("the <kind>", change),
    cli: `az ${group} identity assign ${place} --system-assigned`,
    bicep,
    evidence,
  };
}

function appBicep(type: string, assigned: boolean): string {
  return `resource app '${type}@2025-01-01' = {
  name: '<puller>'${assigned ? "" : `\n  ${ownIdentityFirst}`}
  // … as it is
  properties: {
    configuration: {
      registries: [{ server: '<loginServer>', identity: '<identityId>' }] // beside the logins to other registries
    }
  }
}`;
}
