import { guid } from "./guid.ts";

/** A security group of Microsoft Graph v1.0 with its direct members, as `$expand=members` gives them. */
export function groupBody({
  displayName,
  id = guid(`group ${displayName}`),
  description = null,
  members = [],
  createdDateTime = "2023-05-02T12:20:41Z",
}: GroupOptions) {
  return {
    id,
    deletedDateTime: null,
    classification: null,
    createdDateTime,
    creationOptions: [],
    description,
    displayName,
    expirationDateTime: null,
    groupTypes: [],
    isAssignableToRole: null,
    mail: null,
    mailEnabled: false,
    mailNickname: id.slice(0, 10),
    membershipRule: null,
    membershipRuleProcessingState: null,
    onPremisesDomainName: null,
    onPremisesLastSyncDateTime: null,
    onPremisesNetBiosName: null,
    onPremisesSamAccountName: null,
    onPremisesSecurityIdentifier: null,
    onPremisesSyncEnabled: null,
    preferredDataLocation: null,
    preferredLanguage: null,
    proxyAddresses: [],
    renewedDateTime: createdDateTime,
    resourceBehaviorOptions: [],
    resourceProvisioningOptions: [],
    securityEnabled: true,
    securityIdentifier: securityIdentifier(id),
    theme: null,
    uniqueName: null,
    visibility: null,
    onPremisesProvisioningErrors: [],
    serviceProvisioningErrors: [],
    members: members.map(({ kind, ...member }) => ({ "@odata.type": `#microsoft.graph.${kind}`, ...member })),
  };
}

export interface GroupOptions {
  readonly displayName: string;
  readonly id?: string;
  readonly description?: string | null;
  readonly members?: readonly GroupMember[];
  readonly createdDateTime?: string;
}

export interface GroupMember {
  readonly kind: "user" | "servicePrincipal" | "group";
  readonly id: string;
  readonly displayName: string;
  readonly userPrincipalName?: string;
}

/** A cloud group's SID is its object id read as four little-endian numbers. */
function securityIdentifier(id: string): string {
  const [a = "", b = "", c = "", d = "", e = ""] = id.split("-");
  const bytes = Buffer.concat([
    ...[a, b, c].map((part) => Buffer.from(part, "hex").reverse()),
    Buffer.from(d + e, "hex"),
  ]);
  return ["S-1-12-1", ...[0, 4, 8, 12].map((offset) => bytes.readUInt32LE(offset))].join("-");
}
