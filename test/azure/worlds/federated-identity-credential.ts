import { guid } from "./guid.ts";

/** A federated credential of an application; by default one that GitHub Actions uses. */
export function federatedIdentityCredential({
  name,
  subject,
  issuer = "https://token.actions.githubusercontent.com",
  description = null,
  id = guid(`federated credential ${name} for ${subject}`),
}: FederatedIdentityCredentialOptions) {
  return { id, name, issuer, subject, description, audiences: ["api://AzureADTokenExchange"] };
}

export interface FederatedIdentityCredentialOptions {
  readonly name: string;
  readonly subject: string;
  readonly issuer?: string;
  readonly description?: string | null;
  readonly id?: string;
}
