import type { PullIdentity } from "../../facts.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { siteOptions, siteType } from "../site-names.ts";
import { type LoginIdentity, loginIdentity } from "./login-identity.ts";
import { ownIdentity } from "./own-identity.ts";

/**
 * A site that pulls with an identity which it lacks, or which may not pull, stops: the identity and its grant come
 * first, and the site is switched over by the last of three commands.
 * https://learn.microsoft.com/azure/app-service/configure-custom-container
 */
export function siteLogin(input: RemedyInput): Template {
  const { puller, registry, need } = input;
  const identity = loginIdentity(input);
  const place = `--subscription <pullerSubscription> --resource-group <pullerGroup> ${siteOptions(puller)}`;
  const sidecar = hasSidecars(input.identity);
  const change = sidecar ? sidecarLogin(place, identity) : ownLogin(identity);
  const evidence = {
    identityWords: identity.words,
    identityClientId: identity.clientId ?? "",
    container: need.containers?.[0] ?? "CONTAINER_NAME",
  };
  const who = sidecar ? "the container that names this registry" : "the <kind>";
  const type = siteType(puller);
  const bicep = sidecar ? sidecarBicep(type, identity) : ownBicep(type, identity);
  if (identity.assigned)
    return { text: `Let ${who} pull with <identityWords>${identity.besides}.`, cli: change, bicep, evidence };
  // a role that can be restricted to repositories is assigned by itself
  const role = registry.roleAssignmentMode === "LegacyRegistryPermissions" ? " --role <role> --scope <registryId>" : "";
  return {
    text: `In this order, so that nothing stops: turn the system-assigned identity of the <kind> on, assign <role> on the registry to it, and then let ${who} pull with it (${change}).`,
    cli: `az webapp identity assign ${place} --identities '[system]'${role}`,
    bicep,
    evidence,
  };
}

/** A site says itself only whether it pulls with an identity; every other login is said by containers of their own. */
function hasSidecars({ kind, userName = "" }: PullIdentity): boolean {
  return kind === "unknown" ? userName !== "" : kind !== "managedIdentity";
}

function ownLogin({ clientId }: LoginIdentity): string {
  const named = clientId === undefined ? "null" : "<identityClientId>";
  return `az resource update --ids <pullerConfigId> --set properties.acrUseManagedIdentityCreds=true properties.acrUserManagedIdentityID=${named}`;
}

function sidecarLogin(place: string, { clientId }: LoginIdentity): string {
  const named = clientId === undefined ? "--system-assigned-identity" : "--user-assigned-identity <identityClientId>";
  return `az webapp sitecontainers update ${place} --container-name <container> ${named}`;
}

function ownBicep(type: string, { assigned, clientId }: LoginIdentity): string {
  const named = clientId === undefined ? "null" : "'<identityClientId>'";
  return siteBicep(
    type,
    assigned,
    `
  properties: {
    siteConfig: { acrUseManagedIdentityCreds: true, acrUserManagedIdentityID: ${named} }
  }`,
  );
}

function sidecarBicep(type: string, { assigned, clientId }: LoginIdentity): string {
  const login =
    clientId === undefined
      ? "authType: 'SystemIdentity'"
      : "authType: 'UserAssigned'\n    userManagedIdentityClientId: '<identityClientId>'";
  const container = `resource container '${type}/sitecontainers@2024-11-01' = {
  name: '<site>/<container>'
  // … as it is
  properties: {
    ${login}
  }
}`;
  return assigned ? container : `${siteBicep(type, false, "")}\n\n${container}`;
}

function siteBicep(type: string, assigned: boolean, properties: string): string {
  const on = assigned ? "" : `\n  ${ownIdentity}, with <role> on the registry before it is deployed to pull with it`;
  return `resource app '${type}@2024-11-01' = {
  name: '<site>'${on}
  // … as it is${properties}
}`;
}
