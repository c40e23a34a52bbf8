import fc from "fast-check";
import { expect, test } from "vitest";
import { printable } from "../../src/core/printable.ts";

test.for([
  ["a line end", "a\nb", "a\\u{a}b"],
  ["a terminal's escape", "\u001b[31mred", "\\u{1b}[31mred"],
  ["a character that turns the direction", "gpj\u202egnp", "gpj\\u{202e}gnp"],
  ["a space without width", "ad\u200bmin", "ad\\u{200b}min"],
  ["a letter that nobody sees", "\u3164", "\\u{3164}"],
  ["a tag character", "\u{e0041}", "\\u{e0041}"],
  ["half of a pair", "\ud800", "\\u{d800}"],
  ["a line separator", "a\u2028b", "a\\u{2028}b"],
] as const)("shows %s for what it is", ([, text, shown]) => {
  expect(printable(text)).toBe(shown);
});

test.for(["Größe", "レジストリ", "❤️", "it's 100 % <b>"])("leaves %s as it is", (text) => {
  expect(printable(text)).toBe(text);
});

test("what is printable is one line that stays as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const shown = printable(text);
      expect(shown.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)).toHaveLength(1);
      expect(printable(shown)).toBe(shown);
    }),
  );
});
