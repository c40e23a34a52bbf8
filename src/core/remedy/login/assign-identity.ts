import type { Puller } from "../../facts.ts";
import type { RemedyInput, Template } from "../remedy.ts";
import { siteOptions, siteType } from "../site-names.ts";
import { logInWithIdentity } from "./log-in-with-identity.ts";
import { ownIdentity } from "./own-identity.ts";

/** Gives the workload the identity that it is configured to pull with. */
export function assignIdentity(input: RemedyInput): Template | undefined {
  const { puller } = input;
  const { configured = [], resourceId } = input.identity;
  if (puller.kind === "containerGroup" || resourceId !== undefined) return logInWithIdentity(input);
  const [named = ""] = configured;
  const workload = workloadOf(puller);
  if (workload === undefined) return undefined;
  const { type, name, command, options, byClientId } = workload;
  const id = /^\/subscriptions\//i.test(named) ? named : undefined;
  const own = named.startsWith("its own ");
  if (!own && id === undefined && !byClientId) return undefined; // one of its environment
  return {
    text: `Assign ${own ? "a system-assigned identity" : "<identityNamed>"} to the <kind>, which is configured to pull with it, and see that it holds <roleWords> on the registry.`,
    cli: `${command} ${own ? options.own : options.named}`,
    bicep: `resource workload '${type}' = {
  name: '${name}'
  ${own ? ownIdentity : namedIdentity}
  // … as it is
}`,
    // a site names an identity by its client id, from which no command makes the id that it wants
    evidence: {
      identityNamed: `the identity ${id === undefined ? `with client id ${named}` : named}`,
      identityId: id ?? "IDENTITY_RESOURCE_ID",
    },
  };
}

const namedIdentity = `identity: {
    type: 'UserAssigned' // with its own one, 'SystemAssigned, UserAssigned'
    userAssignedIdentities: { '<identityId>': {} } // beside those that it has
  }`;

/** A workload in Bicep, and the command that assigns identities to it. */
interface Workload {
  readonly type: string;
  readonly name: string;
  readonly command: string;
  /** What the command says of a system-assigned identity, and of one that is named. */
  readonly options: { readonly own: string; readonly named: string };
  /** Its configuration names identities by client id. */
  readonly byClientId: boolean;
}

function workloadOf(puller: Puller): Workload | undefined {
  switch (puller.kind) {
    case "containerApp":
      return app("containerapp", "Microsoft.App/containerApps");
    case "containerAppJob":
      return app("containerapp job", "Microsoft.App/jobs");
    case "webApp":
    case "functionApp":
    case "webAppSlot":
      return site(puller);
    case "acrTask":
      return task;
    default:
      return undefined;
  }
}

function app(group: string, type: string): Workload {
  return {
    type: `${type}@2025-01-01`,
    name: "<puller>",
    command: `az ${group} identity assign --subscription <pullerSubscription> --resource-group <pullerGroup> --name <puller>`,
    options: { own: "--system-assigned", named: "--user-assigned <identityId>" },
    byClientId: false,
  };
}

const listed = { own: "--identities '[system]'", named: "--identities <identityId>" };

function site(puller: Puller): Workload {
  return {
    type: `${siteType(puller)}@2024-11-01`,
    name: "<site>",
    command: `az webapp identity assign --subscription <pullerSubscription> --resource-group <pullerGroup> ${siteOptions(puller)}`,
    options: listed,
    byClientId: true,
  };
}

const task: Workload = {
  type: "Microsoft.ContainerRegistry/registries/tasks@2025-03-01-preview",
  name: "<taskRegistry>/<taskName>",
  command:
    "az acr task identity assign --subscription <pullerSubscription> --registry <taskRegistry> --name <taskName>",
  options: listed,
  byClientId: false,
};
