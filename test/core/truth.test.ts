import fc from "fast-check";
import { expect, test } from "vitest";
import { every, not, some, type Truth, truthOf } from "../../src/core/truth.ts";

const truth = fc.constantFrom<Truth>("true", "false", "unknown");

test("among what is known it is plain logic", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean()), (values) => {
      const truths = values.map(truthOf);
      expect(every(truths)).toBe(truthOf(values.every(Boolean)));
      expect(some(truths)).toBe(truthOf(values.some(Boolean)));
    }),
  );
  expect([not("true"), not("false"), not("unknown")]).toEqual(["false", "true", "unknown"]);
});

test("De Morgan, and a double negation changes nothing", () => {
  fc.assert(
    fc.property(fc.array(truth), (truths) => {
      expect(not(every(truths))).toBe(some(truths.map(not)));
      expect(truths.map((one) => not(not(one)))).toEqual(truths);
    }),
  );
});

test("what becomes known never turns what was certain", () => {
  fc.assert(
    fc.property(fc.array(truth, { minLength: 1 }), fc.boolean(), fc.nat(), (truths, value, at) => {
      const index = at % truths.length;
      fc.pre(truths[index] === "unknown");
      const known = truths.with(index, truthOf(value));
      for (const of of [every, some]) if (of(truths) !== "unknown") expect(of(known)).toBe(of(truths));
    }),
  );
});

test("false and unknown is false, true or unknown is true", () => {
  expect([every(["false", "unknown"]), some(["true", "unknown"])]).toEqual(["false", "true"]);
  expect([every(["true", "unknown"]), some(["false", "unknown"])]).toEqual(["unknown", "unknown"]);
});
