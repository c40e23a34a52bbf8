import fc from "fast-check";
import { expect, test } from "vitest";
import { credentialStanding } from "../../src/core/credential-standing.ts";
import { credential, daysFromNow, now } from "../facts.ts";

const from = (start: number, end: number) => credential({ startsOn: daysFromNow(start), endsOn: daysFromNow(end) });
const until = (...credentials: readonly ReturnType<typeof from>[]) => credentialStanding(credentials, now).coveredUntil;

test("a credential is valid from its start on and before its end", () => {
  expect(credentialStanding([from(0, 1)], now).valid).toHaveLength(1);
  expect(credentialStanding([from(-1, 0)], now).expired).toHaveLength(1);
  expect(credentialStanding([from(0.001, 1)], now).notYetValid).toHaveLength(1);
});

test("the last that ended and the next that begins come first, however they are listed", () => {
  const all = [from(5, 9), from(-9, -5), from(2, 9), from(-9, -2), from(-9, -8)];
  const { expired, notYetValid } = credentialStanding(all, now);
  expect(expired.map(({ endsOn }) => endsOn)).toEqual([-2, -5, -8].map(daysFromNow));
  expect(notYetValid.map(({ startsOn }) => startsOn)).toEqual([2, 5].map(daysFromNow));
});

test("cover goes on with a credential that starts before the one before it ends, and not over a break", () => {
  expect(until(from(-1, 10), from(9, 20))).toEqual(new Date(daysFromNow(20)));
  expect(until(from(-1, 10), from(10, 20))).toEqual(new Date(daysFromNow(20)));
  expect(until(from(-1, 10), from(10.01, 20))).toEqual(new Date(daysFromNow(10)));
  expect(until(from(15, 30), from(-1, 10), from(9, 20))).toEqual(new Date(daysFromNow(30)));
});

test("nothing is covered when no credential is valid now", () => {
  expect(until()).toBeUndefined();
  expect(until(from(-5, -1), from(1, 9))).toBeUndefined();
});

test("a credential without an end that matters covers to the year 9999", () => {
  expect(until(credential({ endsOn: "9999-12-31T23:59:59Z" }))).toEqual(new Date("9999-12-31T23:59:59Z"));
});

const anyCredential = fc
  .tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -2, max: 20 }))
  .map(([start, length]) => from(start, start + length));
const several = fc.array(anyCredential, { maxLength: 6 });

test("every credential stands in exactly one place", () => {
  fc.assert(
    fc.property(several, (credentials) => {
      const { valid, expired, notYetValid } = credentialStanding(credentials, now);
      expect(new Set([...valid, ...expired, ...notYetValid]).size).toBe(credentials.length);
      expect(valid.length + expired.length + notYetValid.length).toBe(credentials.length);
    }),
  );
});

test("while it is covered some credential is valid at every moment, and at its end none is", () => {
  fc.assert(
    fc.property(several, (credentials) => {
      const { coveredUntil } = credentialStanding(credentials, now);
      const validAt = (time: Date) => credentialStanding(credentials, time).valid.length > 0;
      expect(validAt(coveredUntil ?? now)).toBe(false);
      if (coveredUntil === undefined) return;
      const halfDays = Math.round((coveredUntil.getTime() - now.getTime()) / 43_200_000);
      for (let index = 0; index < halfDays; index++) expect(validAt(new Date(daysFromNow(index / 2)))).toBe(true);
    }),
  );
});

test("the order of credentials does not matter", () => {
  fc.assert(
    fc.property(several, (credentials) => {
      expect(until(...credentials.toReversed())).toEqual(until(...credentials));
    }),
  );
});
