import type { DirectoryEntry } from "../collect/directory.ts";
import { known, missing } from "../core/collected.ts";
import { microsoftTenant } from "../core/credential-applicability.ts";

/** An application of another tenant shows no credentials here, so nothing can be said of their end. */
export function allCredentials(
  { principal, credentials }: DirectoryEntry,
  application: DirectoryEntry["credentials"] | undefined,
): DirectoryEntry["credentials"] {
  if (principal.type.toLowerCase() === "managedidentity") return known([]);
  if (!credentials.known) return credentials;
  if (application === undefined) {
    const owner = principal.ownerTenantId ?? "no tenant that Graph names";
    const detail = `the application of ${principal.displayName} belongs to ${owner}; its credentials can be seen only there`;
    return owner.toLowerCase() === microsoftTenant
      ? credentials
      : missing({ fact: "credentials", reason: "notFound", detail });
  }
  return application.known ? known([...application.value, ...credentials.value]) : application;
}
