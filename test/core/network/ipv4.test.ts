import fc from "fast-check";
import { expect, test } from "vitest";
import { contains, isCovered, isNotPublic, parseIpv4, sizeOf } from "../../../src/core/network/ipv4.ts";

const address = fc.tuple(...Array.from({ length: 4 }, () => fc.nat(255))).map((octets) => octets.join("."));
const range = fc.tuple(address, fc.integer({ min: 0, max: 32 })).map(([base, prefix]) => parse(`${base}/${prefix}`));

function parse(text: string) {
  const found = parseIpv4(text);
  if (!found) throw new Error(`${text} is not an IPv4 range`);
  return found;
}

test.for([
  ["198.51.100.7", 3325256711, 3325256711],
  ["198.51.100.7/24", 3325256704, 3325256959],
  ["0.0.0.0/0", 0, 4294967295],
  [" 255.255.255.255 ", 4294967295, 4294967295],
] as const)("%s is a range", ([text, first, last]) => {
  expect(parseIpv4(text)).toEqual({ first, last });
});

test.for([
  "",
  "10.0.0",
  "10.0.0.256",
  "10.0.0.1/33",
  "10.0.0.1/",
  "::1",
  "2001:db8::/32",
  "ten",
  "1.2.3.4.5",
  "-1.0.0.0",
])("%j is no range", (text) => {
  expect(parseIpv4(text)).toBeUndefined();
});

test("a range holds the address it is written with, and as many as its prefix says", () => {
  fc.assert(
    fc.property(address, fc.integer({ min: 0, max: 32 }), (base, prefix) => {
      const whole = parse(`${base}/${prefix}`);
      expect(contains(whole, parse(base))).toBe(true);
      expect(sizeOf(whole)).toBe(2 ** (32 - prefix));
      expect(whole.first % sizeOf(whole)).toBe(0);
    }),
  );
});

test("containing is reflexive, antisymmetric and transitive, and ranges nest or lie apart", () => {
  fc.assert(
    fc.property(range, range, range, (a, b, c) => {
      expect(contains(a, a)).toBe(true);
      if (contains(a, b) && contains(b, a)) expect(a).toEqual(b);
      if (contains(a, b) && contains(b, c)) expect(contains(a, c)).toBe(true);
      const apart = a.last < b.first || b.last < a.first;
      expect([contains(a, b), contains(b, a), apart]).toContain(true);
    }),
  );
});

test("two halves cover the whole, one does not, and more ranges never cover less", () => {
  const half = (text: string) => parse(text);
  expect(isCovered(parse("203.0.113.64/30"), [half("203.0.113.66/31"), half("203.0.113.64/31")])).toBe(true);
  expect(isCovered(parse("203.0.113.64/30"), [half("203.0.113.64/31")])).toBe(false);
  fc.assert(
    fc.property(range, fc.array(range, { maxLength: 4 }), range, (whole, some, more) => {
      if (some.some((one) => contains(one, whole))) expect(isCovered(whole, some)).toBe(true);
      if (isCovered(whole, some)) expect(isCovered(whole, [...some, more])).toBe(true);
    }),
  );
});

test("a shorter prefix holds all that a longer one does", () => {
  fc.assert(
    fc.property(address, fc.integer({ min: 1, max: 32 }), (base, prefix) => {
      expect(contains(parse(`${base}/${prefix - 1}`), parse(`${base}/${prefix}`))).toBe(true);
    }),
  );
});

test.for([
  ["10.1.2.3", true],
  ["172.16.0.0/12", true],
  ["172.32.0.0", false],
  ["192.168.0.0/16", true],
  ["192.168.0.0/15", false],
  ["100.64.1.1", true],
  ["198.51.100.7", false],
  ["0.0.0.0/0", false],
] as const)("%s is out of the public internet: %s", ([text, answer]) => {
  expect(isNotPublic(parse(text))).toBe(answer);
});
