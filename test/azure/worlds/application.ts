import type { Body } from "../world.ts";
import { guid } from "./guid.ts";

/**
 * An application registration of Microsoft Graph v1.0.
 *
 * `federatedIdentityCredentials` is on the body as `$expand` gives it; Graph leaves it out of an ordinary read.
 */
export function applicationBody({
  displayName,
  appId = guid(`app id of ${displayName}`),
  id = guid(`application ${displayName}`),
  passwordCredentials = [],
  keyCredentials = [],
  federatedIdentityCredentials = [],
  createdDateTime = "2023-08-14T07:33:52Z",
  notes = null,
  tags = [],
}: ApplicationOptions) {
  return {
    id,
    deletedDateTime: null,
    appId,
    applicationTemplateId: null,
    disabledByMicrosoftStatus: null,
    createdDateTime,
    displayName,
    description: null,
    groupMembershipClaims: null,
    identifierUris: [],
    isDeviceOnlyAuthSupported: null,
    isFallbackPublicClient: null,
    nativeAuthenticationApisEnabled: null,
    notes,
    publisherDomain: "nordfracht.example",
    serviceManagementReference: null,
    signInAudience: "AzureADMyOrg",
    tags,
    tokenEncryptionKeyId: null,
    uniqueName: null,
    samlMetadataUrl: null,
    defaultRedirectUri: null,
    certification: null,
    optionalClaims: null,
    servicePrincipalLockConfiguration: null,
    requestSignatureVerification: null,
    addIns: [],
    api: {
      acceptMappedClaims: null,
      knownClientApplications: [],
      requestedAccessTokenVersion: null,
      oauth2PermissionScopes: [],
      preAuthorizedApplications: [],
    },
    appRoles: [],
    info: {
      logoUrl: null,
      marketingUrl: null,
      privacyStatementUrl: null,
      supportUrl: null,
      termsOfServiceUrl: null,
    },
    keyCredentials,
    parentalControlSettings: { countriesBlockedForMinors: [], legalAgeGroupRule: "Allow" },
    passwordCredentials,
    publicClient: { redirectUris: [] },
    requiredResourceAccess: [],
    verifiedPublisher: { displayName: null, verifiedPublisherId: null, addedDateTime: null },
    web: {
      homePageUrl: null,
      logoutUrl: null,
      redirectUris: [],
      implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
      redirectUriSettings: [],
    },
    spa: { redirectUris: [] },
    federatedIdentityCredentials,
  };
}

export interface ApplicationOptions {
  readonly displayName: string;
  readonly appId?: string;
  /** The application's object id, which is not the service principal's. */
  readonly id?: string;
  readonly passwordCredentials?: readonly Body[];
  readonly keyCredentials?: readonly Body[];
  readonly federatedIdentityCredentials?: readonly Body[];
  readonly createdDateTime?: string;
  readonly notes?: string | null;
  readonly tags?: readonly string[];
}
