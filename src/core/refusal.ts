import { excluded } from "./cause.ts";
import type { PermissionAnswer } from "./permission.ts";
import type { Evidence } from "./rule.ts";
import type { Symptom } from "./symptom.ts";

/** Only an id can be looked up for its roles, and only 401 and 403 can mean that one is missing. */
export function notAboutGrants({ status, identityKind }: Symptom): string | undefined {
  if (status !== "401" && status !== "403") return `status ${status || "unknown"} is not how a missing grant shows`;
  return identityKind === "id"
    ? undefined
    : `the identity is ${kinds[identityKind]}, which holds no roles by that name`;
}

/** Only 401 means that a credential was refused. */
export function notACredential({ status }: Symptom): string | undefined {
  return status === "401" ? undefined : `status ${status || "unknown"} is not how a refused credential shows`;
}

/** How messages speak of a kind of identity. */
export const kinds = {
  anonymous: "anonymous",
  placeholder: "the placeholder of a login with a token",
  admin: "the registry's admin user",
  id: "the id of an application or a principal",
  user: "a user name",
  name: "a plain name",
} as const;

/**
 * The verdict on a missing grant, from what the grants say and where the refusal shows. A registry in either mode
 * answers 401 where a role is missing; in a login, 403 is its network's.
 */
export function deniedVerdict<E extends Evidence>(
  { login, status }: Symptom,
  { answer, reason, by, gaps }: PermissionAnswer,
  evidence: E,
) {
  if (answer === "allow") return excluded(`it is allowed by ${by.map(({ id }) => id).join(", ")}`);
  if (answer === "unknown")
    return { verdict: "possible", evidence, notChecked: gaps.map(({ detail }) => detail) } as const;
  if (reason === "other-tenant") return excluded("it belongs to another tenant, where the registry cannot be granted");
  if (reason !== "no-grant") return excluded("it holds a role, which something else takes away");
  if (login !== undefined && status === "403") {
    return {
      verdict: "likely",
      evidence,
      contradicting: ["a login answered with 403 is refused by the network"],
    } as const;
  }
  return { verdict: "confirmed", evidence } as const;
}

/** The verdict on a role that the registry's mode ignores. It lets in and refuses the pull, so that a refused login says less. */
export function ignoredVerdict<E extends Evidence>(
  { repository }: Symptom,
  { answer, by, ignored, gaps }: PermissionAnswer,
  evidence: E,
) {
  if (answer === "allow") return excluded(`it is allowed by ${by.map(({ id }) => id).join(", ")}`);
  const ignoredRoles = [...new Set(ignored.map(({ role }) => (role.known ? role.value.name : "a role")))];
  const whole = { ...evidence, ignoredRoles, ignoredGrants: ignored.map(({ id }) => id) };
  if (answer === "unknown") {
    const notChecked = gaps.map(({ detail }) => detail);
    return {
      verdict: "possible",
      evidence: { ...whole, ignoredRoles: "roles of the other mode" },
      notChecked,
    } as const;
  }
  if (ignored.length === 0) return excluded("it holds no role that the other mode would honour");
  return { verdict: repository === undefined ? "likely" : "confirmed", evidence: whole } as const;
}

/** Tokens have plain names; nobody else's login looks like that. */
export function notARepositoryToken({ identityKind }: Symptom): string | undefined {
  return identityKind === "name" ? undefined : `the identity is ${kinds[identityKind]}, not a token's name`;
}
