import { guid } from "./guid.ts";

/** A client secret as Microsoft Graph lists it: never with its text. */
export function passwordCredential({
  displayName,
  startDateTime,
  endDateTime,
  keyId,
  hint,
}: PasswordCredentialOptions) {
  const id = keyId ?? guid(`secret ${displayName} from ${startDateTime} to ${endDateTime}`);
  return {
    customKeyIdentifier: null,
    displayName,
    endDateTime,
    hint: hint === undefined ? id.slice(0, 3) : hint,
    keyId: id,
    secretText: null,
    startDateTime,
  };
}

export interface PasswordCredentialOptions {
  readonly displayName: string | null;
  readonly startDateTime: string;
  readonly endDateTime: string;
  readonly keyId?: string;
  /** The first characters of the secret; null for secrets of a service principal object. */
  readonly hint?: string | null;
}
