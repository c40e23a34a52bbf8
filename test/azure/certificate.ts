import { randomUUID } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import { generate } from "selfsigned";

export interface CertificateAuthority {
  readonly caPem: string;
  /** A context for any host name; made at first use, because worlds name their own registry and topic hosts. */
  readonly contextFor: (host: string) => Promise<SecureContext>;
}

const ec = { keyType: "ec", curve: "P-256", algorithm: "sha256" } as const;

/** A certificate authority that lives as long as the process and is trusted by nobody who is not told to. */
export async function createCertificateAuthority(): Promise<CertificateAuthority> {
  const notBeforeDate = new Date(Date.now() - 86_400_000);
  const notAfterDate = new Date(Date.now() + 7 * 86_400_000);
  // A name of its own: whoever trusts an earlier one, too, would else take that for the issuer.
  const commonName = `Simulated Azure ${randomUUID().slice(0, 8)} (throwaway)`;
  const ca = await generate([{ name: "commonName", value: commonName }], {
    ...ec,
    notBeforeDate,
    notAfterDate,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });

  const contexts = new Map<string, Promise<SecureContext>>();
  const issue = async (host: string) => {
    const leaf = await generate([{ name: "commonName", value: host.slice(0, 64) }], {
      ...ec,
      notBeforeDate,
      notAfterDate,
      ca: { key: ca.private, cert: ca.cert },
      extensions: [
        { name: "basicConstraints", cA: false },
        { name: "keyUsage", digitalSignature: true },
        { name: "extKeyUsage", serverAuth: true },
        {
          name: "subjectAltName",
          altNames: [
            { type: 2, value: host },
            { type: 7, ip: "127.0.0.1" },
          ],
        },
      ],
    });
    return createSecureContext({ key: leaf.private, cert: leaf.cert });
  };

  return {
    caPem: ca.cert,
    contextFor: (host) => {
      const key = host.toLowerCase();
      const context = contexts.get(key) ?? issue(key);
      contexts.set(key, context);
      return context;
    },
  };
}
