import type { Puller, PullIdentity } from "../../facts.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { siteOptions, siteType } from "../site-names.ts";
import { ownIdentity } from "./own-identity.ts";

export function siteLogin({ puller, identity }: RemedyInput): Template {
  return hasSidecars(identity) ? sidecar(puller) : site(puller);
}

/** A site says itself only whether it pulls with an identity; every other login is said by containers of their own. */
function hasSidecars({ kind, userName = "" }: PullIdentity): boolean {
  return kind === "unknown" ? userName !== "" : kind !== "managedIdentity";
}

function site(puller: Puller): Template {
  return {
    text: "Let the <kind> pull with its system-assigned identity, and assign <role> on the registry to that.",
    cli: "az resource update --ids <pullerConfigId> --set properties.acrUseManagedIdentityCreds=true",
    bicep: `resource app '${siteType(puller)}@2024-11-01' = {
  name: '<site>'
  ${ownIdentity}
  // … as it is
  properties: {
    siteConfig: { acrUseManagedIdentityCreds: true, acrUserManagedIdentityID: null }
  }
}`,
  };
}

function sidecar(puller: Puller): Template {
  return {
    text: "Let the container that names this registry pull with the system-assigned identity of the <kind>, and assign <role> on the registry to that.",
    cli: `az webapp sitecontainers update --subscription <pullerSubscription> --resource-group <pullerGroup> ${siteOptions(puller)} --container-name CONTAINER_NAME --system-assigned-identity`,
    bicep: `resource container '${siteType(puller)}/sitecontainers@2024-11-01' = {
  name: '<site>/CONTAINER_NAME'
  // … as it is
  properties: {
    authType: 'SystemIdentity'
  }
}`,
  };
}
