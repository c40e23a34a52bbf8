import type { Template } from "../remedy.ts";
import { assignmentBicep } from "./assignment-bicep.ts";

export const assignRole: Template = {
  text: "Assign <role> on the registry to the identity that pulls.",
  cli: "az role assignment create --assignee-object-id <principalId> --assignee-principal-type ServicePrincipal --role <role> --scope <registryId>",
  bicep: assignmentBicep(),
};
