import { expect, test } from "vitest";
import { auditor, azureWith, someday, sweep } from "../audit.ts";
import { defaultWorld } from "../azure/worlds/default-world.ts";

test("a report holds what grants allow each workload, needed or not, and as many pairs as were counted", async () => {
  const azure = await azureWith(defaultWorld(someday));
  const { matrix } = (await sweep(auditor())).report;
  azure.assertClean();

  const granted = matrix.grants.flatMap(({ puller, cells }) =>
    cells.filter(({ answer }) => answer === "allow").map(({ registry }) => `${puller} ${registry}`),
  );
  const needed = matrix.cells.map(({ puller, registry }) => `${puller} ${registry}`);
  expect(granted).toHaveLength(matrix.pairs?.allow ?? -1);
  expect(granted.filter((pair) => !needed.includes(pair))).toEqual(
    expect.arrayContaining(["aks-warehouse nfdispatch"]),
  );
  expect(matrix.grants.every(({ omitted }) => omitted === 0)).toBe(true);
});
