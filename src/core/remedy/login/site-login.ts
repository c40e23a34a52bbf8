import type { RemedyInput, Template } from "../remedy.ts";
import { siteOptions, siteType } from "../site-names.ts";
import { grantOwnIdentity } from "./grant-own-identity.ts";
import { type LoginIdentity, loginIdentity } from "./login-identity.ts";
import { ownIdentityFirst, stepsToOwnIdentity } from "./own-identity.ts";

/**
 * A site that pulls with an identity which it lacks, or which may not pull, stops: the identity and its grant come
 * first, each by a command of its own where the grant can be for some repositories alone, and the switch comes last.
 * https://learn.microsoft.com/azure/app-service/configure-custom-container
 */
export function siteLogin(input: RemedyInput): Template {
  const { puller, registry, need } = input;
  const identity = loginIdentity(input);
  const place = `--subscription <pullerSubscription> --resource-group <pullerGroup> ${siteOptions(puller)}`;
  const sidecar = need.containers !== undefined; // each has a login of its own, and the site's counts for none
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
  const grant = grantOwnIdentity(input, who, change, bicep);
  if (grant !== undefined) return { ...grant, evidence: { ...evidence, ...grant.evidence } };
  // a role that can be restricted to repositories is assigned by itself
  const role = registry.roleAssignmentMode === "LegacyRegistryPermissions" ? " --role <role> --scope <registryId>" : "";
  return {
    text: stepsToOwnIdentity(who, change),
    cli: `az webapp identity assign ${place} --identities '[system]'${role}`,
    bicep,
    evidence,
  };
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
  const on = assigned ? "" : `\n  ${ownIdentityFirst}`;
  return `resource app '${type}@2024-11-01' = {
  name: '<site>'${on}
  // … as it is${properties}
}`;
}
