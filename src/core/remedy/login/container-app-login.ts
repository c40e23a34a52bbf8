import type { RemedyInput, Template } from "../remedy.ts";
import { loginIdentity } from "./login-identity.ts";
import { ownIdentity } from "./own-identity.ts";

export function containerAppLogin(input: RemedyInput): Template {
  return login(input, "containerapp", "Microsoft.App/containerApps");
}

export function containerAppJobLogin(input: RemedyInput): Template {
  return login(input, "containerapp job", "Microsoft.App/jobs");
}

function login(input: RemedyInput, group: string, type: string): Template {
  const { words, besides, assigned, resourceId = "system" } = loginIdentity(input);
  return {
    text: `Let the <kind> log in to <loginServer> with <identityWords>${besides}.`,
    cli: `az ${group} registry set --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> --server <loginServer> --identity <identityId>`,
    bicep: `resource app '${type}@2025-01-01' = {
  name: '<puller>'${assigned ? "" : `\n  ${ownIdentity}`}
  // … as it is
  properties: {
    configuration: {
      registries: [{ server: '<loginServer>', identity: '<identityId>' }] // beside the logins to other registries
    }
  }
}`,
    evidence: { identityWords: words, identityId: resourceId },
  };
}
