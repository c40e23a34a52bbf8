import { list, text } from "./body.ts";
import type { Context } from "./context.ts";

interface Subject {
  /** As the client asked for it, without `/.default`. */
  readonly resource: string;
  readonly objectId: string;
  readonly clientId: string;
  /** For managed identities: their resource id. */
  readonly resourceId?: string;
}

/** Services of Azure that an access token can be for, by host or by application id. */
const audiences = new Set([
  "management.azure.com",
  "management.core.windows.net",
  "management.usgovcloudapi.net",
  "management.core.usgovcloudapi.net",
  "management.chinacloudapi.cn",
  "management.core.chinacloudapi.cn",
  "graph.microsoft.com",
  "graph.microsoft.us",
  "dod-graph.microsoft.us",
  "microsoftgraph.chinacloudapi.cn",
  "graph.windows.net",
  "api.loganalytics.io",
  "api.loganalytics.azure.com",
  "api.loganalytics.us",
  "api.loganalytics.azure.cn",
  "containerregistry.azure.net",
  "eventgrid.azure.net",
  "storage.azure.com",
  "vault.azure.net",
  "monitor.azure.com",
  "00000003-0000-0000-c000-000000000000",
  "797f4846-ba00-4fd7-ba43-dac1f8f63013",
]);

/** An access token for a service of Azure or for an application of the world; `undefined` when there is no such resource. */
export function issueToken(
  context: Context,
  { resource, objectId, clientId, resourceId }: Subject,
): { readonly token: string; readonly expiresOn: number; readonly lifetime: number } | undefined {
  const host = resource.replace(/^https:\/\//, "").replace(/\/+$/, "");
  if (!audiences.has(host) && !isApplication(resource, context)) return undefined;
  // The lifetime follows the real clock, not the world's: clients compare it with their own.
  const now = Math.floor(Date.now() / 1000);
  const seconds = context.tokenLifetime;
  const token = context.tokens.issue({
    aud: resource,
    iss: `https://sts.windows.net/${context.tenant.id}/`,
    iat: now,
    nbf: now,
    exp: now + seconds,
    appid: clientId,
    appidacr: resourceId === undefined ? "1" : "2",
    idp: `https://sts.windows.net/${context.tenant.id}/`,
    idtyp: "app",
    oid: objectId,
    sub: objectId,
    tid: context.tenant.id,
    ver: "1.0",
    ...(resourceId !== undefined && { xms_mirid: resourceId }),
  });
  return { token, expiresOn: now + seconds, lifetime: seconds };
}

function isApplication(resource: string, { tenant }: Context): boolean {
  const wanted = resource.toLowerCase();
  if (tenant.directory.applications.has(wanted.replace(/^api:\/\//, ""))) return true;
  return tenant.world.graph.applications.some((application) =>
    list(application, "identifierUris").some((uri) => text({ uri }, "uri")?.toLowerCase() === wanted),
  );
}
