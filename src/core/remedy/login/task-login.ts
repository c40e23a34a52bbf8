import type { PullIdentity } from "../../facts.ts";
import { sameId } from "../../resource-id.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { ownIdentity } from "./own-identity.ts";
import { taskRegistryOf } from "./task-registry.ts";

/** A task logs in to its own registry in one way, and to each other one in its own. */
export function taskLogin({ puller, registry, identity }: RemedyInput): Template {
  return sameId(taskRegistryOf(puller), registry.name) ? ownRegistry : otherRegistry(identity);
}

const ownRegistry: Template = {
  text: "Let the task log in to its own registry with its system-assigned identity, and assign <role> to that.",
  cli: "az acr task update --subscription <pullerSubscription> --registry <taskRegistry> --name <taskName> --source-acr-auth-id '[system]'",
  bicep: taskBicep("credentials: { sourceRegistry: { identity: '[system]' } }"),
};

function otherRegistry({ kind }: PullIdentity): Template {
  const step = kind === "unknown" ? "update" : "add"; // with a password or none
  return {
    text: "Let the task log in to <loginServer> with its system-assigned identity, and assign <role> on the registry to that.",
    cli: `az acr task credential ${step} --subscription <pullerSubscription> --registry <taskRegistry> --name <taskName> --login-server <loginServer> --use-identity '[system]'`,
    bicep: taskBicep(
      "credentials: { customRegistries: { '<loginServer>': { identity: '[system]' } } } // beside the others",
    ),
  };
}

function taskBicep(property: string): string {
  return `resource task 'Microsoft.ContainerRegistry/registries/tasks@2025-03-01-preview' = {
  name: '<taskRegistry>/<taskName>'
  ${ownIdentity}
  // … as it is
  properties: {
    ${property}
  }
}`;
}
