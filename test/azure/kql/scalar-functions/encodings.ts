import { createHash } from "node:crypto";
import { define, type ScalarFunction } from "./define.ts";

function hash(algorithm: string): ScalarFunction {
  return define(["string"], (text) => createHash(algorithm).update(text).digest("hex"));
}

export const encodings: Readonly<Record<string, ScalarFunction>> = {
  base64_encode_tostring: define(["string"], (text) => Buffer.from(text).toString("base64")),
  base64_decode_tostring: define(["string"], decodeBase64),
  url_encode: define(["string"], (text) => encodeURIComponent(text).replaceAll("%20", "+")),
  url_encode_component: define(["string"], encodeURIComponent),
  url_decode: define(["string"], (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }),
  parse_url: define(["string"], parseUrl),
  hash_md5: hash("md5"),
  hash_sha1: hash("sha1"),
  hash_sha256: hash("sha256"),
};

/** Text that is not base64 of UTF-8 decodes to nothing. */
function decodeBase64(text: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return "";
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(text, "base64"));
  } catch {
    return "";
  }
}

function parseUrl(text: string) {
  const url = URL.parse(text);
  return {
    Scheme: url?.protocol.replace(":", "") ?? "",
    Host: url?.hostname ?? "",
    Port: url?.port ?? "",
    Path: url?.pathname ?? "",
    Username: url?.username ?? "",
    Password: url?.password ?? "",
    "Query Parameters": Object.fromEntries(url?.searchParams ?? []),
    Fragment: url?.hash.replace("#", "") ?? "",
  };
}
