import type { RemedyInput, Template } from "../remedy.ts";
import { logInWithIdentity } from "./log-in-with-identity.ts";
import { updateCredentials } from "./update-credentials.ts";

/** A service principal without a valid credential gives way to a managed identity; a cluster takes a new secret at once. */
export function renewCredential(input: RemedyInput): Template | undefined {
  return input.puller.kind === "aks" ? newSecret : logInWithIdentity(input);
}

const newSecret = updateCredentials(
  "<clientId>",
  "Make a new secret (az ad app credential reset --id <clientId> --append) and give it to the cluster, which this command does.",
);
