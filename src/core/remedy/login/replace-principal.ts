import type { RemedyInput, Template } from "../remedy.ts";
import { logInWithIdentity } from "./log-in-with-identity.ts";
import { updateCredentials } from "./update-credentials.ts";

/** A service principal that is gone gives way to a managed identity, and of a cluster to another one first. */
export function replacePrincipal(input: RemedyInput): Template | undefined {
  return input.puller.kind === "aks" ? anotherPrincipal : logInWithIdentity(input);
}

const anotherPrincipal = updateCredentials(
  "NEW_CLIENT_ID",
  "Give the cluster another service principal, which this command does, and attach its registries again; one that was deleted within 30 days can be restored.",
);
