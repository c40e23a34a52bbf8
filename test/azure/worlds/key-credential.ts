import { createHash } from "node:crypto";
import { guid } from "./guid.ts";

/** A certificate as Microsoft Graph lists it: its thumbprint, never the key. */
export function keyCredential({ displayName, startDateTime, endDateTime, keyId }: KeyCredentialOptions) {
  const id = keyId ?? guid(`certificate ${displayName} from ${startDateTime} to ${endDateTime}`);
  return {
    customKeyIdentifier: createHash("sha1").update(id).digest("hex").toUpperCase(),
    displayName,
    endDateTime,
    key: null,
    keyId: id,
    startDateTime,
    type: "AsymmetricX509Cert",
    usage: "Verify",
  };
}

export interface KeyCredentialOptions {
  /** The certificate's subject, for example `CN=builder`. */
  readonly displayName: string;
  readonly startDateTime: string;
  readonly endDateTime: string;
  readonly keyId?: string;
}
