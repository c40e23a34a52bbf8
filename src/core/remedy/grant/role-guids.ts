import type { PullRole } from "../../permission.ts";

/** https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers */
export const repositoryReader = "b93aa761-3e63-49ed-ac28-beffa264f7ac";

/** Roles that a workload needs to pull. */
export const roleGuids: Readonly<Record<PullRole, string>> = {
  AcrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  "Container Registry Repository Reader": repositoryReader,
};
