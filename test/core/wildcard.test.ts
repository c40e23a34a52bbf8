import fc from "fast-check";
import { expect, test } from "vitest";
import { actionPattern, likePattern, wildcardMatches } from "../../src/core/wildcard.ts";

test.for([
  ["a*c?", "abcd", true],
  ["A*C?", "abcd", false],
  ["a*c", "abcd", false],
  ["*", "", true],
  ["?", "", false],
  ["", "", true],
  ["", "a", false],
  ["**a**", "bab", true],
  ["\\*", "*", true],
  ["\\*", "a", false],
  ["a\\?", "a?", true],
  ["a\\?", "ab", false],
  ["\\a", "\\a", true],
  ["a.c", "abc", false],
  ["a\n*", "a\nb", true],
] as const)("StringLike %j of %j is %s", ([pattern, text, holds]) => {
  expect(wildcardMatches(likePattern(pattern), text)).toBe(holds);
});

test("an action pattern knows no question mark and no case", () => {
  expect(wildcardMatches(actionPattern("A/*/READ"), "a/b/c/read")).toBe(true);
  expect(wildcardMatches(actionPattern("a/?"), "a/b")).toBe(false);
});

test("a letter outside the basic plane matches itself", () => {
  expect(wildcardMatches(actionPattern("🦊/*"), "🦊/read")).toBe(true);
  expect(wildcardMatches(likePattern("🦊/*"), "🦊/read")).toBe(true);
});

test("matches what a regular expression matches", () => {
  const letters = fc.array(fc.constantFrom("a", "b", "*", "?")).map((parts) => parts.join(""));
  fc.assert(
    fc.property(letters, fc.array(fc.constantFrom("a", "b")), (pattern, text) => {
      const expression = new RegExp(`^${pattern.replaceAll(/\*+/g, "*").replaceAll("*", ".*").replaceAll("?", ".")}$`);
      expect(wildcardMatches(likePattern(pattern), text.join(""))).toBe(expression.test(text.join("")));
    }),
  );
});

test("a pattern made to explode is looked at no more often than it and the text are long together", () => {
  const pattern = likePattern(`${"*a".repeat(200)}b`);
  const text = "a".repeat(5000);
  let looks = 0;
  const counted = new Proxy(pattern, {
    get: (target, property) => {
      looks++;
      return Reflect.get(target, property);
    },
  });
  expect(wildcardMatches(counted, text)).toBe(false);
  expect(looks).toBeLessThan(4 * (pattern.length + text.length));
});
