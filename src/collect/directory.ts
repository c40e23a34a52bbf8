import { z } from "zod";
import { listApplications, listServicePrincipals } from "../azure/graph.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import type { Credential, Principal } from "../core/facts.ts";
import type { Collector } from "./collector.ts";

export interface DirectoryEntry {
  readonly principal: Principal;
  /** Credentials on the service principal object. */
  readonly credentials: Collected<readonly Credential[]>;
}

export interface Application {
  readonly id: string;
  readonly credentials: Collected<readonly Credential[]>;
}

/** Service principals by object id and applications by app id, all keys in lower case. */
export interface Directory {
  readonly servicePrincipals: ReadonlyMap<string, DirectoryEntry>;
  /** Service principals' object ids by app id. */
  readonly objectIds: ReadonlyMap<string, string>;
  readonly applications: ReadonlyMap<string, Application>;
}

const PasswordCredential = z.object({
  keyId: z.string(),
  displayName: z.string().nullish(),
  startDateTime: z.iso.datetime({ offset: true }),
  endDateTime: z.iso.datetime({ offset: true }),
});

const KeyCredential = PasswordCredential.extend({ usage: z.string().nullish() });

const ServicePrincipalBody = z.object({
  id: z.string(),
  appId: z.string(),
  displayName: z.string().nullish(),
  servicePrincipalType: z.string(),
  accountEnabled: z.boolean().nullish(),
  appOwnerOrganizationId: z.string().nullish(), // absent for managed identities
  passwordCredentials: z.array(z.unknown()),
  keyCredentials: z.array(z.unknown()),
});

const ApplicationBody = z.object({
  id: z.string(),
  appId: z.string(),
  passwordCredentials: z.array(z.unknown()),
  keyCredentials: z.array(z.unknown()),
});

/** Every service principal and application of the tenant; never the value of a secret, which Graph does not tell. */
export const directory: Collector<void, Directory> = {
  id: "directory",
  permissions: { actions: [], graph: ["Application.Read.All"] },
  read: async (connection) => {
    const [principals, applications] = await Promise.all([
      listServicePrincipals(connection),
      listApplications(connection),
    ]);
    const servicePrincipals = new Map(principals.flatMap(entryOf));
    return {
      servicePrincipals,
      objectIds: new Map(
        [...servicePrincipals.values()].map(({ principal }) => [principal.appId.toLowerCase(), principal.id]),
      ),
      applications: new Map(applications.flatMap(applicationOf)),
    };
  },
};

export function entryOf(body: unknown): [string, DirectoryEntry][] {
  const parsed = ServicePrincipalBody.safeParse(body);
  if (!parsed.success) return malformedEntry(body, parsed.error);
  const { id, appId, displayName, servicePrincipalType, accountEnabled, appOwnerOrganizationId } = parsed.data;
  const principal: Principal = {
    id,
    appId,
    displayName: displayName ?? appId,
    type: servicePrincipalType,
    enabled: accountEnabled ?? true, // Graph documents null as enabled for objects older than the property
    ...(appOwnerOrganizationId && { ownerTenantId: appOwnerOrganizationId }),
  };
  return [[id.toLowerCase(), { principal, credentials: credentialsOf(parsed.data, "servicePrincipal") }]];
}

/** An object of another shape still exists: its credentials are a gap, it is not a deleted principal. */
function malformedEntry(body: unknown, error: z.ZodError): [string, DirectoryEntry][] {
  const { id, appId, displayName, servicePrincipalType } = Object(body) as Record<string, unknown>;
  if (typeof id !== "string") return [];
  const name = typeof displayName === "string" ? displayName : id;
  const gap = {
    fact: "credentials",
    reason: "malformed",
    detail: `service principal ${id}: ${z.prettifyError(error)}`,
  } as const;
  const principal: Principal = {
    id,
    appId: typeof appId === "string" ? appId : "",
    displayName: name,
    type: typeof servicePrincipalType === "string" ? servicePrincipalType : "not said",
    enabled: true,
  };
  return [[id.toLowerCase(), { principal, credentials: missing(gap) }]];
}

export function applicationOf(body: unknown): [string, Application][] {
  const parsed = ApplicationBody.safeParse(body);
  if (parsed.success) {
    const { id, appId } = parsed.data;
    return [[appId.toLowerCase(), { id, credentials: credentialsOf(parsed.data, "application") }]];
  }
  const { id, appId } = Object(body) as Record<string, unknown>;
  if (typeof id !== "string" || typeof appId !== "string") return [];
  const gap = {
    fact: "credentials",
    reason: "malformed",
    detail: `application ${id}: ${z.prettifyError(parsed.error)}`,
  } as const;
  return [[appId.toLowerCase(), { id, credentials: missing(gap) }]];
}

interface CredentialLists {
  readonly id: string;
  readonly passwordCredentials: readonly unknown[];
  readonly keyCredentials: readonly unknown[];
}

/** Certificates for signing SAML tokens (`Sign`) log nobody in; only those that verify a client do. */
function credentialsOf(body: CredentialLists, on: Credential["on"]): Collected<readonly Credential[]> {
  const secrets = z.array(PasswordCredential).safeParse(body.passwordCredentials);
  const certificates = z.array(KeyCredential).safeParse(body.keyCredentials);
  if (!secrets.success || !certificates.success) {
    const error = secrets.error ?? certificates.error;
    const detail = `${on} ${body.id}: ${error === undefined ? "" : z.prettifyError(error)}`;
    return missing({ fact: "credentials", reason: "malformed", detail });
  }
  const signing = new Set(certificates.data.filter(({ usage }) => usage === "Sign").map(({ keyId }) => keyId));
  const credential = (kind: Credential["kind"], item: z.infer<typeof PasswordCredential>): Credential => ({
    kind,
    keyId: item.keyId,
    displayName: item.displayName ?? "",
    startsOn: item.startDateTime,
    endsOn: item.endDateTime,
    on,
  });
  return known([
    ...secrets.data.filter(({ keyId }) => !signing.has(keyId)).map((item) => credential("secret", item)),
    ...certificates.data.filter(({ usage }) => usage !== "Sign").map((item) => credential("certificate", item)),
  ]);
}
