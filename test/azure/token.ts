import { createHmac, randomBytes } from "node:crypto";

export interface Claims {
  readonly aud: string;
  readonly iss: string;
  readonly tid: string;
  readonly oid: string;
  readonly appid: string;
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
  readonly [claim: string]: unknown;
}

export interface TokenMint {
  readonly issue: (claims: Readonly<Record<string, unknown>>) => string;
  /** The claims of a token that this mint issued, whether or not it has expired. */
  readonly read: (token: string) => Claims | undefined;
}

/** Access tokens that look like Entra's. They are only good here: the key is made anew for each mint. */
export function createTokenMint(): TokenMint {
  const key = randomBytes(32);
  const header = encode({ typ: "JWT", alg: "RS256", kid: "simulated-azure" });
  const sign = (text: string) => createHmac("sha512", key).update(text).digest("base64url");
  const issued = new Map<string, Claims>();

  return {
    issue: (claims) => {
      const text = `${header}.${encode(claims)}`;
      return `${text}.${sign(text)}`;
    },
    read: (token) => {
      const known = issued.get(token);
      if (known) return known;
      const claims = verify(token, sign);
      if (!claims) return undefined;
      if (issued.size > 10_000) issued.clear();
      issued.set(token, claims);
      return claims;
    },
  };
}

function verify(token: string, sign: (text: string) => string): Claims | undefined {
  const [header, payload, signature] = token.split(".");
  if (header === undefined || payload === undefined || sign(`${header}.${payload}`) !== signature) return undefined;
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
