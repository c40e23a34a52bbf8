import type { RemedyInput, Template } from "../remedy.ts";
import { loginIdentity } from "./login-identity.ts";

/**
 * A container group is deployed again to log in otherwise, and pulls with a user-assigned identity: its own one exists
 * only afterwards. https://learn.microsoft.com/azure/container-instances/using-azure-container-registry-mi
 */
export function containerGroupLogin(input: RemedyInput): Template {
  const { resourceId } = loginIdentity(input);
  const [named = ""] = input.identity.fault === "notAssigned" ? (input.identity.configured ?? []) : [];
  const configured = /^\/subscriptions\//i.test(named) ? named : undefined;
  const identityId = resourceId ?? configured ?? "IDENTITY_RESOURCE_ID";
  return {
    text: "Deploy the container group again under its name, with a user-assigned identity that holds <roleWords> on the registry and with everything else that it has, which az container export shows; a group of several containers is deployed from that file (--file).",
    cli: "az container create --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> --image IMAGE --assign-identity <identityId> --acr-identity <identityId>",
    bicep: `resource containers 'Microsoft.ContainerInstance/containerGroups@2023-05-01' = {
  name: '<puller>'
  identity: {
    type: 'UserAssigned' // with its own one, 'SystemAssigned, UserAssigned'
    userAssignedIdentities: { '<identityId>': {} } // beside those that it has
  }
  // … as it is
  properties: {
    imageRegistryCredentials: [{ server: '<loginServer>', identity: '<identityId>' }] // beside the logins to other registries
  }
}`,
    evidence: { identityId },
  };
}
