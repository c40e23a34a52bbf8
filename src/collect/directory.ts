import { z } from "zod";
import { listApplications, listServicePrincipals } from "../azure/graph.ts";
import { type Collected, known, missing } from "../core/collected.ts";
import type { Credential, Principal } from "../core/facts.ts";
import type { Collector } from "./collector.ts";
import { shaped } from "./shaped.ts";

export interface DirectoryEntry {
  readonly principal: Principal;
  /** Credentials on the service principal object. */
  readonly credentials: Collected<readonly Credential[]>;
}

export interface Application {
  readonly id: string;
  readonly credentials: Collected<readonly Credential[]>;
  /** It signs in to the tenant that owns it and to no other. */
  readonly singleTenant: boolean;
}

/** Service principals by object id and applications by app id, all keys in lower case. */
export interface Directory {
  readonly servicePrincipals: ReadonlyMap<string, Collected<DirectoryEntry>>;
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
  signInAudience: z.string().nullish(),
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
    const listed = principals.map(named("list service principals"));
    const entries = listed.map(({ id, body }) => [id.toLowerCase(), entryOf(body)] as const);
    return {
      servicePrincipals: new Map(entries),
      objectIds: new Map(listed.map(({ id, appId }) => [appId.toLowerCase(), id])),
      applications: new Map(
        applications
          .map(named("list applications"))
          .map((one) => [one.appId.toLowerCase(), applicationOf(one.body)] as const),
      ),
    };
  },
};

const Named = z.object({ id: z.string(), appId: z.string() });

/** What has lost even its name would be taken for deleted, so that one such object makes all of the list a gap. */
function named(what: string) {
  return (body: unknown) => ({ ...shaped(Named, body, what), body });
}

/** A service principal as Graph sends it. One of another shape still exists, and nothing more is said of it. */
export function entryOf(body: unknown): Collected<DirectoryEntry> {
  const parsed = ServicePrincipalBody.safeParse(body);
  if (!parsed.success) return misshapen("principal", body, parsed.error);
  const { id, appId, displayName, servicePrincipalType, accountEnabled, appOwnerOrganizationId } = parsed.data;
  const principal: Principal = {
    id,
    appId,
    displayName: displayName ?? appId,
    type: servicePrincipalType,
    enabled: accountEnabled ?? true, // Graph documents null as enabled for objects older than the property
    ...(appOwnerOrganizationId && { ownerTenantId: appOwnerOrganizationId }),
  };
  return known({ principal, credentials: credentialsOf(parsed.data, "servicePrincipal") });
}

/** An application as Graph sends it; of one of another shape the credentials are a gap. */
export function applicationOf(body: unknown): Application {
  const parsed = ApplicationBody.safeParse(body);
  if (!parsed.success)
    return { id: idIn(body), credentials: misshapen("credentials", body, parsed.error), singleTenant: false };
  const { id, signInAudience } = parsed.data;
  return {
    id,
    credentials: credentialsOf(parsed.data, "application"),
    singleTenant: signInAudience === "AzureADMyOrg",
  };
}

function misshapen(fact: string, body: unknown, error: z.ZodError) {
  return missing({ fact, reason: "malformed", detail: `${idIn(body)}: ${z.prettifyError(error)}` });
}

function idIn(body: unknown): string {
  const { id } = Object(body) as { readonly id?: unknown };
  return typeof id === "string" ? id : "an object without id";
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
