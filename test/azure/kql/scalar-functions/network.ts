import { isArray, type Value } from "../value.ts";
import { define, defineVariadic, type ScalarFunction } from "./define.ts";

const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

export const network: Readonly<Record<string, ScalarFunction>> = {
  ipv4_is_in_range: define(["string", "string"], inRange),
  ipv4_is_in_any_range: defineVariadic("dynamic", ([address, ...ranges]) => {
    const wanted = ranges.flatMap((range: Value | null) => (isArray(range) ? range : [range]));
    const results = wanted.map((range) => inRange(String(address), String(range)));
    if (results.includes(true)) return true;
    return results.every((result) => result === null) ? null : false;
  }),
  ipv4_is_private: define(["string"], (address) => {
    const results = privateRanges.map((range) => inRange(address, range));
    return results.includes(null) ? null : results.includes(true);
  }),
  ipv4_is_match: define(["string", "string", "long"], (a, b, prefix = 32) => {
    const [left, right] = [parseRange(a), parseRange(b)];
    if (left === null || right === null) return null;
    return same(left.address, right.address, Math.min(left.prefix, right.prefix, prefix));
  }),
  parse_ipv4: define(["string"], (address) => parseRange(address)?.address ?? null),
};

/** Null when either side is no address, as in Kusto. */
function inRange(address: string, range: string): boolean | null {
  const candidate = parseRange(address);
  const wanted = parseRange(range);
  if (candidate === null || wanted === null) return null;
  return candidate.prefix >= wanted.prefix && same(candidate.address, wanted.address, wanted.prefix);
}

function same(a: number, b: number, prefix: number): boolean {
  const size = 2 ** (32 - prefix);
  return Math.floor(a / size) === Math.floor(b / size);
}

function parseRange(text: string): { readonly address: number; readonly prefix: number } | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text.trim());
  if (match === null) return null;
  const octets = match.slice(1, 5).map(Number);
  const prefix = Number(match[5] ?? 32);
  if (prefix > 32 || octets.some((octet) => octet > 255)) return null;
  return { prefix, address: octets.reduce((address, octet) => address * 256 + octet, 0) };
}
