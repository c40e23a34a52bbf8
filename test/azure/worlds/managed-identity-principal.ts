import { createHash } from "node:crypto";
import { identityOf } from "./identity-of.ts";
import { keyCredential } from "./key-credential.ts";

/** The service principal that Azure keeps for a managed identity, with the certificate that Azure rotates. */
export function managedIdentityPrincipalBody({
  resourceId,
  displayName = resourceId.split("/").at(-1) ?? "",
  certificateFrom = "2025-01-10T06:02:00Z",
  certificateUntil = "2025-04-10T06:02:00Z",
}: ManagedIdentityPrincipalOptions) {
  const { principalId, clientId } = identityOf(resourceId);
  const explicit = /\/userAssignedIdentities\//i.test(resourceId);
  return {
    id: principalId,
    deletedDateTime: null,
    accountEnabled: true,
    alternativeNames: [`isExplicit=${explicit ? "True" : "False"}`, resourceId],
    appDisplayName: null,
    appDescription: null,
    appId: clientId,
    applicationTemplateId: null,
    appOwnerOrganizationId: null,
    appRoleAssignmentRequired: false,
    createdDateTime: "2023-09-05T11:17:30Z",
    description: null,
    disabledByMicrosoftStatus: null,
    displayName,
    homepage: null,
    loginUrl: null,
    logoutUrl: null,
    notes: null,
    notificationEmailAddresses: [],
    preferredSingleSignOnMode: null,
    preferredTokenSigningKeyThumbprint: null,
    replyUrls: [],
    servicePrincipalNames: [
      clientId,
      `https://identity.azure.net/${createHash("sha256").update(clientId).digest("base64")}`,
    ],
    servicePrincipalType: "ManagedIdentity",
    signInAudience: null,
    tags: [],
    tokenEncryptionKeyId: null,
    info: null,
    samlSingleSignOnSettings: null,
    addIns: [],
    appRoles: [],
    keyCredentials: [
      keyCredential({
        displayName: `CN=${clientId}`,
        startDateTime: certificateFrom,
        endDateTime: certificateUntil,
      }),
    ],
    oauth2PermissionScopes: [],
    passwordCredentials: [],
    resourceSpecificApplicationPermissions: [],
    verifiedPublisher: { displayName: null, verifiedPublisherId: null, addedDateTime: null },
  };
}

export interface ManagedIdentityPrincipalOptions {
  /** A user-assigned identity, or the resource whose own identity it is. */
  readonly resourceId: string;
  readonly displayName?: string;
  readonly certificateFrom?: string;
  readonly certificateUntil?: string;
}
