import fc from "fast-check";
import { expect, test } from "vitest";
import { mapBounded } from "../../src/app/map-bounded.ts";

test("keeps the order of the items, and never more calls at once than the limit", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 20 }), fc.integer({ min: 1, max: 6 }), async (turns, limit) => {
      let running = 0;
      let most = 0;
      const results = await mapBounded(turns, limit, async (count) => {
        most = Math.max(most, ++running);
        for (let turn = 0; turn <= count; turn++) await Promise.resolve();
        running--;
        return count * 2;
      });
      expect(results).toEqual(turns.map((count) => count * 2));
      expect(most).toBe(Math.min(limit, turns.length));
    }),
  );
});

test("calls nothing for nothing", async () => {
  expect(await mapBounded([], 4, () => Promise.reject(new Error("never")))).toEqual([]);
});

test("fails as the first call that fails", async () => {
  const call = (item: number) => (item === 2 ? Promise.reject(new Error("two")) : Promise.resolve(item));
  await expect(mapBounded([1, 2, 3], 2, call)).rejects.toThrow("two");
});
