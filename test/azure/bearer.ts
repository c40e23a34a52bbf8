import { type Caller, callerOf } from "./caller.ts";
import type { Context } from "./context.ts";
import type { AzureRequest } from "./exchange.ts";
import { isOwnIdentity } from "./managed-identity.ts";
import type { Claims } from "./token.ts";

export type Bearer =
  | { readonly ok: true; readonly caller: Caller }
  | { readonly ok: false; readonly reason: "missing" | "invalid" | "expired"; readonly expiry?: Date }
  | { readonly ok: false; readonly reason: "audience"; readonly audience: string };

/** Reads the bearer token of a request the way each service of Azure does: ours, for this service, not yet expired. */
export function readBearer(request: AzureRequest, context: Context, audiences: readonly string[]): Bearer {
  const token = bearerToken(request);
  if (token === undefined) return { ok: false, reason: "missing" };
  const claims = context.tokens.read(token);
  if (!claims) return { ok: false, reason: "invalid" };
  if (!audiences.includes(claims.aud)) return { ok: false, reason: "audience", audience: claims.aud };
  if (claims.exp * 1000 <= Date.now()) return { ok: false, reason: "expired", expiry: new Date(claims.exp * 1000) };
  return { ok: true, caller: callerFor(claims, context) };
}

export function bearerToken(request: AzureRequest): string | undefined {
  return /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
}

const callers = new WeakMap<object, Map<string, Caller>>();

function callerFor(given: Claims, { tenant, identity }: Context): Caller {
  // Clients keep a managed identity's token for a day, so it outlives the world in which it was issued.
  const claims = isOwnIdentity(given.xms_mirid)
    ? { ...given, oid: identity.objectId, appid: identity.clientId }
    : given;
  const known = callers.get(tenant) ?? new Map<string, Caller>();
  callers.set(tenant, known);
  const key = claims.oid.toLowerCase();
  const caller =
    known.get(key) ??
    callerOf(
      claims,
      tenant,
      tenant.world.callers?.find(({ principalId }) => principalId.toLowerCase() === key),
    );
  known.set(key, caller);
  return caller;
}
