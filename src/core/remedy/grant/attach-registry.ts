import type { RemedyInput, Template } from "../remedy.ts";
import { assignRole } from "./assign-role.ts";

/** Attaching assigns AcrPull, which a registry in ABAC mode ignores; and it knows managed clusters alone. */
export function attachRegistry({ registry, identity }: RemedyInput): Template {
  const attachable = registry.roleAssignmentMode !== "AbacRepositoryPermissions" && identity.kind !== "anonymous";
  return attachable ? attach : assignRole;
}

const attach: Template = {
  text: "Attach the registry to the cluster, which assigns AcrPull to its kubelet identity.",
  cli: "az aks update --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> --attach-acr <registryId>",
  bicep: assignRole.bicep,
};
