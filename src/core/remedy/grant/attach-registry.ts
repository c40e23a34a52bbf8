import type { RemedyInput, Template } from "../remedy.ts";
import { assignRole } from "./assign-role.ts";
import { assignmentBicep } from "./assignment-bicep.ts";

/** Attaching assigns AcrPull, which only a registry in legacy mode honours. */
export function attachRegistry(input: RemedyInput): Template {
  return input.registry.roleAssignmentMode === "LegacyRegistryPermissions" ? attach : assignRole(input);
}

const attach: Template = {
  text: "Attach the registry to the cluster, which assigns AcrPull to the identity that its nodes pull with.",
  cli: "az aks update --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller> --attach-acr <registryId>",
  bicep: assignmentBicep(),
};
