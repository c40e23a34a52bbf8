import type { Template } from "../remedy.ts";
import { ownIdentity } from "./own-identity.ts";

export const containerAppLogin: Template = login("containerapp", "Microsoft.App/containerApps");
export const containerAppJobLogin: Template = login("containerapp job", "Microsoft.App/jobs");

function login(group: string, type: string): Template {
  return {
    text: "Name the system-assigned identity of the <kind> in its registry settings, and assign <role> on the registry to it.",
    cli: `az ${group} registry set --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> --server <loginServer> --identity system`,
    bicep: `resource app '${type}@2025-01-01' = {
  name: '<puller>'
  ${ownIdentity}
  // … as it is
  properties: {
    configuration: {
      registries: [{ server: '<loginServer>', identity: 'system' }]
    }
  }
}`,
  };
}
