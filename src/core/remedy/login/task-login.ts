import { sameId } from "../../resource-id.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { grantOwnIdentity } from "./grant-own-identity.ts";
import { loginIdentity } from "./login-identity.ts";
import { ownIdentity, stepsToOwnIdentity } from "./own-identity.ts";
import { taskRegistryOf } from "./task-registry.ts";

/** A task logs in to its own registry in one way, and to each other one in its own. */
export function taskLogin(input: RemedyInput): Template {
  const { puller, registry, identity } = input;
  if (sameId(taskRegistryOf(puller), registry.name)) return ownRegistry;
  return identity.kind === "unknown" ? otherPassword(input) : otherRegistry;
}

const ownRegistry: Template = {
  text: "Let the task log in to its own registry with its system-assigned identity, and assign <roleWords> to that.",
  cli: "az acr task update --subscription <pullerSubscription> --registry <taskRegistry> --name <taskName> --source-acr-auth-id '[system]'",
  bicep: taskBicep("credentials: { sourceRegistry: { identity: '[system]' } }"),
};

const place = "--subscription <pullerSubscription> --registry <taskRegistry> --name <taskName>";

const otherRegistry: Template = {
  text: "Let the task log in to <loginServer> with its system-assigned identity, and assign <roleWords> on the registry to that.",
  cli: `az acr task credential add ${place} --login-server <loginServer> --use-identity '[system]'`,
  bicep: otherBicep("[system]"),
};

/** It logs in with a password, which may work, and is switched over last. */
function otherPassword(input: RemedyInput): Template {
  const { words, assigned, clientId } = loginIdentity(input);
  const named = clientId ?? "[system]"; // how tasks name an identity
  const change = `az acr task credential update ${place} --login-server <loginServer> --use-identity '${named}'`;
  const bicep = otherBicep(named);
  const evidence = { identityWords: words };
  if (assigned)
    return { text: "Let the task log in to <loginServer> with <identityWords>.", cli: change, bicep, evidence };
  return (
    grantOwnIdentity(input, "the task", change, bicep) ?? {
      text: stepsToOwnIdentity("the task", change),
      cli: `az acr task identity assign ${place} --identities '[system]'`,
      bicep,
    }
  );
}

function otherBicep(named: string): string {
  const credentials = `credentials: { customRegistries: { '<loginServer>': { identity: '${named}' } } } // beside the others`;
  return taskBicep(credentials, named === "[system]" ? ownIdentity : undefined);
}

function taskBicep(property: string, identity: string | undefined = ownIdentity): string {
  return `resource task 'Microsoft.ContainerRegistry/registries/tasks@2025-03-01-preview' = {
  name: '<taskRegistry>/<taskName>'${identity === undefined ? "" : `\n  ${identity}`}
  // … as it is
  properties: {
    ${property}
  }
}`;
}
