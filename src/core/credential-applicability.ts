import type { Principal } from "./facts.ts";

/** The tenant that owns Microsoft's own service principals; Microsoft rotates their credentials. */
export const microsoftTenant = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

/** Why credential rules do not apply to a principal, or undefined where they do. */
export function noCredentialsToWatch(
  principal: Principal | null,
): "deleted" | "managedIdentity" | "microsoft" | undefined {
  if (principal === null) return "deleted";
  if (principal.type.toLowerCase() === "managedidentity") return "managedIdentity";
  return principal.ownerTenantId?.toLowerCase() === microsoftTenant ? "microsoft" : undefined;
}

/** What credential rules say of those principals. */
export const noCredentialsStatements = {
  deleted: "<principal> does not exist in Microsoft Entra any more.",
  managedIdentity: "<principal> is a managed identity, whose credentials Azure rotates.",
  microsoft: "<principal> belongs to Microsoft, which rotates its credentials.",
} as const;
