import type { Body } from "../world.ts";
import { guid } from "./guid.ts";

/** The service principal of an application, of this tenant or another's, in Microsoft Graph v1.0. */
export function servicePrincipalBody({
  displayName,
  appId = guid(`app id of ${displayName}`),
  id = guid(`service principal ${displayName}`),
  appOwnerOrganizationId,
  accountEnabled = true,
  passwordCredentials = [],
  keyCredentials = [],
  createdDateTime = "2023-08-14T07:33:55Z",
  signInAudience = "AzureADMyOrg",
  notes = null,
  tags = [],
}: ServicePrincipalOptions) {
  return {
    id,
    deletedDateTime: null,
    accountEnabled,
    alternativeNames: [],
    appDisplayName: displayName,
    appDescription: null,
    appId,
    applicationTemplateId: null,
    appOwnerOrganizationId,
    appRoleAssignmentRequired: false,
    createdDateTime,
    description: null,
    disabledByMicrosoftStatus: null,
    displayName,
    homepage: null,
    loginUrl: null,
    logoutUrl: null,
    notes,
    notificationEmailAddresses: [],
    preferredSingleSignOnMode: null,
    preferredTokenSigningKeyThumbprint: null,
    replyUrls: [],
    servicePrincipalNames: [appId],
    servicePrincipalType: "Application",
    signInAudience,
    tags,
    tokenEncryptionKeyId: null,
    samlSingleSignOnSettings: null,
    addIns: [],
    appRoles: [],
    info: {
      logoUrl: null,
      marketingUrl: null,
      privacyStatementUrl: null,
      supportUrl: null,
      termsOfServiceUrl: null,
    },
    keyCredentials,
    oauth2PermissionScopes: [],
    passwordCredentials,
    resourceSpecificApplicationPermissions: [],
    verifiedPublisher: { displayName: null, verifiedPublisherId: null, addedDateTime: null },
  };
}

export interface ServicePrincipalOptions {
  readonly displayName: string;
  readonly appId?: string;
  /** The object id, which role assignments name. */
  readonly id?: string;
  /** The tenant that owns the application. */
  readonly appOwnerOrganizationId: string;
  readonly accountEnabled?: boolean;
  readonly passwordCredentials?: readonly Body[];
  readonly keyCredentials?: readonly Body[];
  readonly createdDateTime?: string;
  readonly signInAudience?: "AzureADMyOrg" | "AzureADMultipleOrgs";
  readonly notes?: string | null;
  readonly tags?: readonly string[];
}
